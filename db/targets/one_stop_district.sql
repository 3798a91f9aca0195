-- Plan item 10: whether every mandatory piece of the district's one-stop shop is there and works. A
-- fault counts when it is older than the working days that a repair may take.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN e.present < e.required THEN 0
                WHEN e.working = 1 OR e.broken_since >= :repair_working_days_ago THEN 1
                ELSE 0 END) AS numerator,
       COUNT(*) AS denominator,
       CASE WHEN SUM(CASE WHEN e.present < e.required THEN 0
                          WHEN e.working = 1 OR e.broken_since >= :repair_working_days_ago THEN 1
                          ELSE 0 END) = COUNT(*)
            THEN 'yes' ELSE 'no' END AS answer
FROM equipment e
JOIN units u ON u.id = e.unit_id AND u.kind = 'one_stop'
JOIN scopes s ON s.part_id = e.unit_id
WHERE e.mandatory = 1 AND e.flags = ''
GROUP BY s.unit_id
