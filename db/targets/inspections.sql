-- Plan item 9: units inspected this year, once or more often and in either form, of the departments,
-- agencies and communes of the day (and schools, with include_schools). An inspection counts when its
-- minutes or its conclusion are there. A unit's own reading is 1 of 1, or 0 of 1; its answer is the day of
-- the first one, by which it counts.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN u.inspected IS NULL THEN 0 ELSE 1 END) AS numerator,
       COUNT(*) AS denominator,
       MAX(CASE WHEN s.unit_id = u.unit_id THEN CAST(u.inspected / 1000000 AS TEXT) END) AS answer
FROM (SELECT o.unit_id,
             (SELECT MIN(i.inspected) FROM inspections i
              WHERE i.unit_id = o.unit_id AND i.finished = 1
                AND i.year = :year AND i.inspected <= :now) AS inspected
      FROM scopes o
      WHERE o.kind IN ('department', 'agency', 'commune', 'town')
         OR (:include_schools = 1 AND o.kind = 'school')) u
JOIN scopes s ON s.part_id = u.unit_id
GROUP BY s.unit_id
