-- Early warning: open dossiers whose deadline comes within the asked days.
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
