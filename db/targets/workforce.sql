-- Plan item 3: its milestones done by their day, of those that have come due; for information, the
-- item has no number. One said to be done without a day is in neither.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN m.due < :now AND m.done <= m.due THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN m.due < :now THEN 1 ELSE 0 END) AS denominator
FROM milestones m
JOIN scopes s ON s.part_id = m.unit_id
WHERE m.item = '3'
  AND m.flags NOT LIKE '%finish_without_date%'
GROUP BY s.unit_id
