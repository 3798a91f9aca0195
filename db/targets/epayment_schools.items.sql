-- The public schools that do not use electronic payment: first those that once did.
SELECT h.unit_id, CAST(NULL AS INTEGER) AS field_id,
       h.code AS key,
       h.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN h.state = 'suspended' THEN 'school_suspended'
            WHEN h.state = 'signed' THEN 'school_signed_unused'
            WHEN h.in_use = 1 THEN 'school_collects_nothing'
            ELSE 'school_not_started' END AS note,
       CAST(h.transactions AS TEXT) || '/' || CAST(h.collections AS TEXT) AS detail,
       CASE WHEN h.state = 'suspended' THEN 0
            WHEN h.in_use = 1 THEN 1
            WHEN h.state = 'signed' THEN 2
            ELSE 3 END AS place
FROM schools h
WHERE h.is_public = 1
  AND NOT (h.in_use = 1 AND h.transactions > 0
           AND COALESCE(h.last_period, 0) >= :collected_days_ago)
