-- Procedures of the catalogue that are in no reading, and why.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, q.reason, COUNT(*) AS count
FROM (SELECT CASE WHEN o.ends < :now THEN 'no_longer_in_force'
                  WHEN o.level <> 'district' THEN 'not_the_districts'
                  WHEN o.eligible = 0 AND :base <> 'all' THEN 'not_eligible' END AS reason
      FROM offers o) q
JOIN (SELECT DISTINCT unit_id FROM scopes WHERE kind = 'district') s ON 1 = 1
WHERE q.reason IS NOT NULL
GROUP BY s.unit_id, q.reason
