-- The formulas that compete here, as in on_time; and, by the one in force, each kind of case alone,
-- which the one figure of the plan is made of. Kinds that are not known are named where there are any.
SELECT r.name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN r.kind NOT IN ('', c.kind) THEN 0
                WHEN c.year = :year AND c.on_time = 1 THEN 1
                WHEN r.formula = 'portal_766' AND (c.left_out = 'paused'
                       OR (c.running = 1 AND c.deadline >= :now)) THEN 1
                ELSE 0 END) AS numerator,
       SUM(CASE WHEN r.kind NOT IN ('', c.kind) THEN 0
                WHEN c.year = :year AND c.on_time + c.late = 1 THEN 1
                WHEN r.formula = 'portal_766' AND (c.running = 1 OR c.left_out = 'paused') THEN 1
                WHEN r.formula = 'finished_and_overdue' AND c.running = 1
                       AND c.deadline >= :year_start AND c.deadline < :now THEN 1
                ELSE 0 END) AS denominator
FROM complaints c
JOIN scopes s ON s.part_id = c.unit_id
CROSS JOIN (SELECT 'finished' AS name, 'finished' AS formula, '' AS kind
            UNION ALL SELECT 'finished_and_overdue', 'finished_and_overdue', ''
            UNION ALL SELECT 'portal_766', 'portal_766', ''
            UNION ALL SELECT 'within_complaints', CAST(:formula AS TEXT), 'complaint'
            UNION ALL SELECT 'within_denunciations', CAST(:formula AS TEXT), 'denunciation'
            UNION ALL SELECT 'within_petitions', CAST(:formula AS TEXT), 'petition'
            UNION ALL SELECT 'within_unknown', CAST(:formula AS TEXT), 'unknown') r
WHERE (c.year = :year OR c.running = 1 OR c.left_out = 'paused')
  AND (r.kind <> 'unknown' OR c.kind = 'unknown')
GROUP BY r.name, s.unit_id
