-- Dossiers of the year that owe nobody a letter by this rule, because they are in no rate;
-- one that waits for its citizen owes none whatever year it came in.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, d.left_out AS reason, COUNT(*) AS count
FROM dossiers d
JOIN scopes s ON s.part_id = d.unit_id
WHERE d.left_out IS NOT NULL AND (d.year = :year OR d.left_out = 'paused')
GROUP BY s.unit_id, d.left_out
