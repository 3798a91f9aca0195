-- Plan item 5, its exception: petitions, complaints and denunciations decided by their due day (or its
-- lawful extension), of those decided in the year and (unless the formula is 'finished') those still
-- open and past it. Stopped, withdrawn or forwarded in time is in time. 'portal_766' as in on_time.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN c.year = :year AND c.on_time = 1 THEN 1
                WHEN :formula = 'portal_766' AND (c.left_out = 'paused'
                       OR (c.running = 1 AND c.deadline >= :now)) THEN 1
                ELSE 0 END) AS numerator,
       SUM(CASE WHEN c.year = :year AND c.on_time + c.late = 1 THEN 1
                WHEN :formula = 'portal_766' AND (c.running = 1 OR c.left_out = 'paused') THEN 1
                WHEN :formula = 'finished_and_overdue' AND c.running = 1
                       AND c.deadline >= :year_start AND c.deadline < :now THEN 1
                ELSE 0 END) AS denominator
FROM complaints c
JOIN scopes s ON s.part_id = c.unit_id
WHERE c.year = :year OR c.running = 1 OR (:formula = 'portal_766' AND c.left_out = 'paused')
GROUP BY s.unit_id
