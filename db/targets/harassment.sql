-- Plan item 9, for information: cases of harassment found by the year's inspections, and handled.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(i.harassment_handled) AS numerator,
       SUM(i.harassment_found) AS denominator
FROM inspections i
JOIN scopes s ON s.part_id = i.unit_id
WHERE i.finished = 1 AND i.year = :year AND i.inspected <= :now
GROUP BY s.unit_id
