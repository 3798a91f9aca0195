-- What the district's one-stop shop must have and lacks, or has and does not work.
SELECT e.unit_id, CAST(NULL AS INTEGER) AS field_id,
       e.code AS key,
       e.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CASE WHEN e.present < e.required THEN NULL ELSE e.broken_since END AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN e.present = 0 OR (e.working = 0 AND e.broken_since IS NULL)
            THEN 'equipment_missing'
            WHEN e.present < e.required THEN 'equipment_too_few'
            ELSE 'equipment_broken' END AS note,
       CASE WHEN e.present < e.required
            THEN CAST(e.present AS TEXT) || '/' || CAST(e.required AS TEXT) END AS detail,
       0 AS place
FROM equipment e
JOIN units u ON u.id = e.unit_id AND u.kind = 'one_stop'
WHERE e.mandatory = 1 AND e.flags = ''
  AND (e.present < e.required
       OR (e.working = 0 AND COALESCE(e.broken_since, 0) < :repair_working_days_ago))
