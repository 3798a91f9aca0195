-- Rows of surveys that are in no rate: told by another period too, with counts that
-- cannot be, or of a period that had not begun.
SELECT s.unit_id, v.field_id,
       CASE WHEN v.flags = '' THEN 'told_by_another_period' ELSE v.flags END AS reason,
       COUNT(*) AS count
FROM surveys v
JOIN scopes s ON s.part_id = v.unit_id
WHERE v.year = :year AND v.counts = 0
GROUP BY s.unit_id, v.field_id, CASE WHEN v.flags = '' THEN 'told_by_another_period' ELSE v.flags END
