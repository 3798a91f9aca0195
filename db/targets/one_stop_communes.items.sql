-- What a commune's one-stop shop must have and lacks, or has and does not work; and the communes
-- that never sent an inventory, once any has come.
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
JOIN units u ON u.id = e.unit_id AND u.kind IN ('commune', 'town')
WHERE e.mandatory = 1 AND e.flags = ''
  AND (e.present < e.required
       OR (e.working = 0 AND COALESCE(e.broken_since, 0) < :repair_working_days_ago))
UNION ALL
SELECT u.id, CAST(NULL AS INTEGER),
       u.slug,
       u.name,
       CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT),
       'no_inventory',
       CAST(NULL AS TEXT),
       1
FROM units u
WHERE u.kind IN ('commune', 'town')
  AND CAST(u.valid_from AS TEXT) <= :today
  AND (u.valid_to IS NULL OR CAST(u.valid_to AS TEXT) >= :today)
  AND EXISTS (SELECT 1 FROM equipment)
  AND NOT EXISTS (SELECT 1 FROM equipment e WHERE e.unit_id = u.id AND e.flags = '')
