-- Mailboxes that are not counted today: those of another domain than the City's, locked ones, new
-- ones, owners who are excused.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, m.reason, COUNT(*) AS count
FROM (SELECT unit_id,
             CASE WHEN NOT (:official_domain = ''
                              OR '.' || SUBSTR(address, LENGTH(local_part) + 2)
                                 LIKE '%.' || LOWER(CAST(:official_domain AS TEXT)))
                  THEN 'other_domain'
                  WHEN active = 0 THEN 'locked'
                  WHEN created > :young_working_days_ago THEN 'young'
                  WHEN absent_from <= :now AND absent_to >= :now THEN 'excused' END AS reason
      FROM mailboxes) m
JOIN scopes s ON s.part_id = m.unit_id
WHERE m.reason IS NOT NULL
GROUP BY s.unit_id, m.reason
