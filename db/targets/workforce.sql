-- Plan item 3: its milestones done by their day, of those that have come due; for information, the
-- item has no number. One said to be done without a day is in neither. The answer is how many have
-- been entered: without any nothing is known.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN m.due < :now AND m.done <= m.due THEN m.dated ELSE 0 END) AS numerator,
       SUM(CASE WHEN m.due < :now THEN m.dated ELSE 0 END) AS denominator,
       CAST(COUNT(*) AS TEXT) AS answer
FROM (SELECT unit_id, due, done,
             CASE WHEN flags LIKE '%finish_without_date%' THEN 0 ELSE 1 END AS dated
      FROM milestones WHERE item = '3') m
JOIN scopes s ON s.part_id = m.unit_id
GROUP BY s.unit_id
