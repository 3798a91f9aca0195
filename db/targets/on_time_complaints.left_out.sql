-- Cases of the year that are in no rate, and why (decided when they were imported); one whose clock
-- stands is in none whatever year it came in.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, c.left_out AS reason, COUNT(*) AS count
FROM complaints c
JOIN scopes s ON s.part_id = c.unit_id
WHERE c.left_out IS NOT NULL AND (c.year = :year OR c.left_out = 'paused')
GROUP BY s.unit_id, c.left_out
