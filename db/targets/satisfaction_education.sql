-- Plan item 4.2: satisfied ballots of all valid ones, over the district's public schools; of each
-- school the newest survey that ended this year. Before it ends there is nothing to count.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(v.satisfied) AS numerator,
       SUM(v.valid) AS denominator
FROM school_surveys v
JOIN scopes s ON s.part_id = v.unit_id
WHERE v.year = :year AND v.ended <= :now
  AND NOT EXISTS (SELECT 1 FROM school_surveys w
                  WHERE w.unit_id = v.unit_id AND w.year = v.year AND w.ended <= :now
                    AND (w.ended > v.ended OR (w.ended = v.ended AND w.id > v.id)))
GROUP BY s.unit_id
