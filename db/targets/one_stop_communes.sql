-- Plan item 10: communal one-stop shops whose every mandatory piece is there and works, of the
-- communes and towns of the day. One without an inventory is not met for the district; of itself
-- it has no reading. A piece whose count cannot be read, and never could, accuses nobody.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN c.counted > 0 AND c.wanting = 0 THEN 1 ELSE 0 END) AS numerator,
       COUNT(*) AS denominator
FROM (SELECT p.unit_id, COUNT(e.id) AS counted,
             SUM(CASE WHEN e.mandatory = 1
                       AND (e.present < e.required
                            OR (e.working = 0
                                AND COALESCE(e.broken_since, 0) < :repair_working_days_ago))
                      THEN 1 ELSE 0 END) AS wanting
      FROM scopes p
      LEFT JOIN equipment e ON e.unit_id = p.unit_id AND e.flags = ''
      WHERE p.kind IN ('commune', 'town')
      GROUP BY p.unit_id) c
JOIN scopes s ON s.part_id = c.unit_id
WHERE s.kind = 'district' OR c.counted > 0
GROUP BY s.unit_id
