-- With the neutral answer in the ballots, and without it (domain reference 1.4).
SELECT 'neutral_counts' AS name, s.unit_id, v.field_id,
       SUM(v.counts * v.satisfied) AS numerator,
       SUM(v.counts * v.valid) AS denominator
FROM surveys v
JOIN scopes s ON s.part_id = v.unit_id
WHERE v.year = :year
GROUP BY s.unit_id, v.field_id
UNION ALL
SELECT 'neutral_counts_out', s.unit_id, v.field_id,
       SUM(v.counts * v.satisfied),
       SUM(v.counts * (v.valid - v.neutral))
FROM surveys v
JOIN scopes s ON s.part_id = v.unit_id
WHERE v.year = :year
GROUP BY s.unit_id, v.field_id
