-- The milestones of plan item 3 to act on: overdue ones, those that fall due soon, and those said to
-- be done that lack their day.
SELECT m.unit_id, CAST(NULL AS INTEGER) AS field_id,
       m.code AS key,
       m.content AS label,
       m.due AS due,
       CASE WHEN m.due < :now AND m.flags NOT LIKE '%finish_without_date%'
            THEN m.due END AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN m.flags LIKE '%finish_without_date%' THEN 'milestone_without_day'
            WHEN m.due < :now THEN 'milestone_overdue'
            ELSE 'milestone_due_soon' END AS note,
       CAST(NULL AS TEXT) AS detail,
       CASE WHEN m.flags LIKE '%finish_without_date%' THEN 2
            WHEN m.due < :now THEN 0 ELSE 1 END AS place
FROM milestones m
WHERE m.item = '3'
  AND (m.done IS NULL OR m.done > :now)
  AND (m.due <= :warn_days_ahead_end OR m.flags LIKE '%finish_without_date%')
