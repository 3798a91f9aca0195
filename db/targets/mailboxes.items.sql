-- The mailboxes that were not used lately, the longest idle first, and those of staff who have left,
-- whoever uses them; never the owner's name.
SELECT m.unit_id, CAST(NULL AS INTEGER) AS field_id,
       m.address AS key,
       m.local_part AS label,
       CAST(NULL AS BIGINT) AS due,
       CASE WHEN m.last_used < :idle_working_days_ago THEN m.last_used END AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN m.flags = 'to_withdraw' THEN 'mailbox_to_withdraw'
            WHEN m.last_used IS NULL THEN 'mailbox_never_used'
            ELSE 'mailbox_idle' END AS note,
       CAST(NULL AS TEXT) AS detail,
       CASE WHEN m.last_used IS NULL THEN 0 WHEN m.last_used < :idle_working_days_ago THEN 1 ELSE 2
       END AS place
FROM mailboxes m
WHERE m.active = 1
  AND (:official_domain = ''
       OR '.' || SUBSTR(m.address, LENGTH(m.local_part) + 2)
          LIKE '%.' || LOWER(CAST(:official_domain AS TEXT)))
  AND (m.created IS NULL OR m.created <= :young_working_days_ago)
  AND (m.absent_from IS NULL OR m.absent_from > :now OR m.absent_to < :now)
  AND (m.last_used IS NULL OR m.last_used < :idle_working_days_ago OR m.flags = 'to_withdraw')
