-- Plan item 8.2: mailboxes used within the last working days, of the active ones of the domain that
-- the City granted (or below it), without approved absences and accounts younger than some working
-- days. A mailbox never used is not in regular use.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN m.last_used >= :idle_working_days_ago THEN 1 ELSE 0 END) AS numerator,
       COUNT(*) AS denominator
FROM mailboxes m
JOIN scopes s ON s.part_id = m.unit_id
WHERE m.active = 1
  AND (:official_domain = ''
       OR '.' || SUBSTR(m.address, LENGTH(m.local_part) + 2)
          LIKE '%.' || LOWER(CAST(:official_domain AS TEXT)))
  AND (m.created IS NULL OR m.created <= :young_working_days_ago)
  AND (m.absent_from IS NULL OR m.absent_from > :now OR m.absent_to < :now)
GROUP BY s.unit_id
