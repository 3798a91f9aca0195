-- Plan item 5, its exception: petitions, complaints and denunciations decided by their due day (or its
-- lawful extension), of those decided in the year and (unless the formula is 'finished') those still
-- open and past it. Stopped, withdrawn or forwarded in time is in time.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN c.year = :year THEN c.on_time ELSE 0 END) AS numerator,
       SUM(CASE WHEN c.year = :year THEN c.on_time + c.late ELSE 0 END
           + CASE WHEN :formula <> 'finished' AND c.running = 1
                       AND c.deadline >= :year_start AND c.deadline < :now
                  THEN 1 ELSE 0 END) AS denominator
FROM complaints c
JOIN scopes s ON s.part_id = c.unit_id
WHERE c.year = :year OR c.running = 1
GROUP BY s.unit_id
