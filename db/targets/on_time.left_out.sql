-- Dossiers of the year that are in no rate, and why (decided when they were imported); one that
-- waits for its citizen is in none whatever year it came in.
SELECT s.unit_id, d.field_id, d.left_out AS reason, COUNT(*) AS count
FROM dossiers d
JOIN scopes s ON s.part_id = d.unit_id
WHERE d.left_out IS NOT NULL AND (d.year = :year OR d.left_out = 'paused')
GROUP BY s.unit_id, d.field_id, d.left_out
