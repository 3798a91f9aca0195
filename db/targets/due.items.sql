-- Early warning: open dossiers and complaints whose deadline comes within the asked days. Of a complaint
-- there is the register number and the day, nothing of who or what.
SELECT d.owner_id AS unit_id, d.field_id,
       d.code AS key,
       p.name AS label,
       d.deadline AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN d.deadline < :today_start + 1000000 THEN 'due_today' ELSE 'due_soon' END AS note,
       d.holder AS detail,
       0 AS place
FROM dossiers d
LEFT JOIN procedures p ON p.id = d.procedure_id
WHERE d.running = 1 AND d.deadline >= :now AND d.deadline < :until
UNION ALL
SELECT c.unit_id, CAST(NULL AS INTEGER),
       c.number,
       CAST(NULL AS TEXT),
       c.deadline,
       CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT),
       CASE WHEN c.deadline < :today_start + 1000000
            THEN 'complaint_due_today' ELSE 'complaint_due_soon' END,
       CAST(NULL AS TEXT),
       0
FROM complaints c
WHERE c.running = 1 AND c.deadline >= :now AND c.deadline < :until
