-- Plan item 6.2: procedures of the district's People's Committee offered online, of those that are
-- eligible for it (reading A) or of all (base = 'all', reading B), as they are in force today. Since
-- 2022 a class stands in the place of the levels 3 and 4.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       COALESCE(SUM(CASE WHEN (o.online_from IS NULL OR o.online_from <= :now)
                          AND (o.service_level >= :least_level
                               OR (o.service_class IN ('partial', 'full') AND :now >= 20220101000000))
                         THEN 1 ELSE 0 END), 0) AS numerator,
       COUNT(*) AS denominator
FROM offers o
JOIN (SELECT DISTINCT unit_id FROM scopes WHERE kind = 'district') s ON 1 = 1
WHERE o.level = 'district'
  AND (o.ends IS NULL OR o.ends >= :now)
  AND (o.eligible = 1 OR :base = 'all')
GROUP BY s.unit_id
