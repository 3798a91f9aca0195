-- The units and fields in which not everybody was satisfied, the lowest share first.
SELECT v.unit_id, v.field_id,
       u.slug AS key,
       u.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN v.satisfied + v.neutral < v.valid THEN 'ratings_dissatisfied'
            ELSE 'ratings_neutral' END AS note,
       CAST(v.satisfied AS TEXT) || '/' || CAST(v.asked AS TEXT) AS detail,
       CAST(v.satisfied AS BIGINT) * 10000 / v.asked AS place
FROM (SELECT unit_id, field_id,
             SUM(satisfied) AS satisfied, SUM(neutral) AS neutral, SUM(valid) AS valid,
             SUM(valid - CASE WHEN :neutral_counts_out = 1 THEN neutral ELSE 0 END) AS asked
      FROM surveys
      WHERE year = :year AND counts = 1
      GROUP BY unit_id, field_id) v
JOIN units u ON u.id = v.unit_id
WHERE v.satisfied < v.asked
