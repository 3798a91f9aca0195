-- Plan item 4.1: ratings "satisfied" and "very satisfied", of the valid ballots of the year's
-- periods, for each field. The neutral answer is in the ballots and not satisfied, unless
-- neutral_counts_out. Periods that overlap were sorted out at import (counts = 1).
SELECT s.unit_id, v.field_id,
       SUM(v.counts * v.satisfied) AS numerator,
       SUM(v.counts * (v.valid - CASE WHEN :neutral_counts_out = 1 THEN v.neutral ELSE 0 END))
         AS denominator
FROM surveys v
JOIN scopes s ON s.part_id = v.unit_id
WHERE v.year = :year
GROUP BY s.unit_id, v.field_id
