-- The two formulas that compete here: of what was decided, or with what is open past its due day.
SELECT r.name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN c.year = :year THEN c.on_time ELSE 0 END) AS numerator,
       SUM(CASE WHEN c.year = :year THEN c.on_time + c.late ELSE 0 END
           + CASE WHEN r.name = 'finished_and_overdue' AND c.running = 1
                       AND c.deadline >= :year_start AND c.deadline < :now
                  THEN 1 ELSE 0 END) AS denominator
FROM complaints c
JOIN scopes s ON s.part_id = c.unit_id
CROSS JOIN (SELECT 'finished' AS name UNION ALL SELECT 'finished_and_overdue') r
WHERE c.year = :year OR c.running = 1
GROUP BY r.name, s.unit_id
