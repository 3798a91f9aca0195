-- The schools whose own share does not lie above the goal, the lowest first.
SELECT v.unit_id, CAST(NULL AS INTEGER) AS field_id,
       u.slug AS key,
       u.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       'school_below_goal' AS note,
       CAST(v.satisfied AS TEXT) || '/' || CAST(v.valid AS TEXT) AS detail,
       CAST(v.satisfied AS BIGINT) * 10000 / v.valid AS place
FROM school_surveys v
JOIN units u ON u.id = v.unit_id
WHERE v.year = :year AND v.ended <= :now AND v.valid > 0
  AND 100 * v.satisfied <= :goal_percent * v.valid
  AND NOT EXISTS (SELECT 1 FROM school_surveys w
                  WHERE w.unit_id = v.unit_id AND w.year = v.year AND w.ended <= :now
                    AND (w.ended > v.ended OR (w.ended = v.ended AND w.id > v.id)))
