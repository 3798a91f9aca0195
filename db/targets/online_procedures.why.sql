-- The two readings of the words "eligible procedures" (domain reference 1.9), side by side.
SELECT r.name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN (o.online_from IS NULL OR o.online_from <= :now)
                 AND (o.service_level >= :least_level
                      OR (o.service_class IN ('partial', 'full') AND :now >= 20220101000000))
                THEN 1 ELSE 0 END) AS numerator,
       COUNT(*) AS denominator
FROM offers o
JOIN (SELECT 'eligible' AS name, 1 AS least UNION ALL SELECT 'all', 0) r ON o.eligible >= r.least
JOIN (SELECT DISTINCT unit_id FROM scopes WHERE kind = 'district') s ON 1 = 1
WHERE o.level = 'district'
  AND (o.ends IS NULL OR o.ends >= :now)
GROUP BY r.name, s.unit_id
