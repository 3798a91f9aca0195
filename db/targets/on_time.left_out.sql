-- Dossiers of the year that are in no rate, and why (decided when they were imported).
SELECT s.unit_id, d.field_id, d.left_out AS reason, COUNT(*) AS count
FROM dossiers d
JOIN scopes s ON s.part_id = d.unit_id
WHERE d.left_out IS NOT NULL AND d.year = :year
GROUP BY s.unit_id, d.field_id, d.left_out
