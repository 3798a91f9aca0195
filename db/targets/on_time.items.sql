-- The late dossiers: open and past their deadline first, those finished late this year last; between them
-- those that have waited long for their citizen. Before the first book of letters has come nothing is
-- said about letters. An open one has its new appointment too, by the export or by a letter.
SELECT d.owner_id AS unit_id, d.field_id,
       d.code AS key,
       p.name AS label,
       d.deadline AS due,
       d.deadline AS late_from,
       d.finished AS late_until,
       CASE WHEN d.running = 1 THEN 'overdue' ELSE 'finished_late' END
         || CASE WHEN d.letter = 1 THEN '_with_letter'
                 WHEN d.letter = 2 THEN '_with_late_letter'
                 WHEN EXISTS (SELECT 1 FROM deliveries x
                              WHERE x.source = 'letters' AND x.outcome <> 'refused'
                                AND x.day <= CAST(:today_start AS BIGINT) / 1000000)
                 THEN '_no_letter' ELSE '' END AS note,
       d.holder AS detail,
       2 - 2 * d.running AS place,
       CASE WHEN d.running = 1 THEN
         (SELECT MAX(a.day) FROM (SELECT d.due_again AS day UNION ALL
                                   SELECT l.due_again FROM letters l WHERE l.code = d.code) a)
       END AS due_again
FROM dossiers d
LEFT JOIN procedures p ON p.id = d.procedure_id
WHERE (d.running = 1 AND d.deadline < :now)
   OR (d.late = 1 AND d.year = :year)
UNION ALL
SELECT d.owner_id, d.field_id,
       d.code,
       p.name,
       CAST(NULL AS BIGINT),
       d.pause_from,
       CAST(NULL AS BIGINT),
       CASE WHEN d.status = 6 THEN 'fee_long' ELSE 'supplement_long' END,
       d.holder,
       1,
       CAST(NULL AS BIGINT)
FROM dossiers d
LEFT JOIN procedures p ON p.id = d.procedure_id
WHERE d.left_out = 'paused' AND d.pause_from < :long_pause_working_days_ago
