-- Early warning: open dossiers and complaints whose deadline comes within the asked days, and overdue
-- dossiers whose new appointment does. Of a complaint there is the register number and the day, nothing
-- of who or what.
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
UNION ALL
SELECT n.owner_id, n.field_id,
       n.code,
       p.name,
       n.again,
       CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT),
       CASE WHEN n.again < :today_start + 1000000
            THEN 'appointment_today' ELSE 'appointment_soon' END,
       n.holder,
       0
FROM (SELECT d.owner_id, d.field_id, d.code, d.procedure_id, d.holder,
             (SELECT MAX(a.day) FROM (SELECT d.due_again AS day UNION ALL
                                      SELECT l.due_again FROM letters l WHERE l.code = d.code) a
             ) AS again
      FROM dossiers d
      WHERE d.running = 1 AND d.deadline < :now) n
LEFT JOIN procedures p ON p.id = n.procedure_id
WHERE n.again >= :now AND n.again < :until
