-- The milestones of 8.3 to act on, each by its lead unit: overdue ones, those that fall due soon, and
-- those said to be done that lack their day.
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
WHERE m.item = '8.3'
  AND (m.done IS NULL OR m.done > :now)
  AND (m.due <= :warn_days_ahead_end OR m.flags LIKE '%finish_without_date%')
UNION ALL
-- The procedures of the district that have a fee and take no electronic payment.
SELECT CAST(NULL AS INTEGER), o.field_id,
       o.code,
       o.name,
       CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT),
       'no_epayment',
       CAST(NULL AS TEXT),
       3
FROM offers o
WHERE o.level = 'district' AND o.has_fee = 1 AND o.takes_payment = 0
  AND (o.ends IS NULL OR o.ends >= :now)
