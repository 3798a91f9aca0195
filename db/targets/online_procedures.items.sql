-- The procedures that are not offered online yet: the district can only propose them to the City.
SELECT CAST(NULL AS INTEGER) AS unit_id, o.field_id,
       o.code AS key,
       o.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       'procedure_to_propose' AS note,
       CAST(NULL AS TEXT) AS detail,
       CASE WHEN o.eligible = 1 THEN 0 ELSE 1 END AS place
FROM offers o
WHERE o.level = 'district'
  AND (o.ends IS NULL OR o.ends >= :now)
  AND (o.eligible = 1 OR :base = 'all')
  AND (o.online_from > :now
       OR NOT (COALESCE(o.service_level, 0) >= :least_level
               OR (COALESCE(o.service_class, '') IN ('partial', 'full') AND :now >= 20220101000000)))
