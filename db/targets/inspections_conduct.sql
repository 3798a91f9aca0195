-- Plan item 9, for information: finished inspections of the year whose minutes cover how the head leads
-- the reform (and, where the book has a column for it, the code of conduct), of all finished ones.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN i.covers_head = 1 THEN 1 ELSE 0 END) AS numerator,
       COUNT(*) AS denominator
FROM inspections i
JOIN scopes s ON s.part_id = i.unit_id
WHERE i.finished = 1 AND i.year = :year AND i.inspected <= :now
GROUP BY s.unit_id
