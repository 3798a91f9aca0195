-- The late dossiers: open and past their deadline first, then those finished late this year. Before
-- the first book of letters has come nothing is said about letters.
SELECT d.owner_id AS unit_id, d.field_id,
       d.code AS key,
       p.name AS label,
       d.deadline AS due,
       d.deadline AS late_from,
       d.finished AS late_until,
       CASE WHEN d.running = 1 THEN 'overdue' ELSE 'finished_late' END
         || CASE WHEN d.letter IN (1, 2) THEN '_with_letter'
                 WHEN EXISTS (SELECT 1 FROM deliveries x
                              WHERE x.source = 'letters' AND x.outcome <> 'refused'
                                AND x.day <= CAST(:today_start AS BIGINT) / 1000000)
                 THEN '_no_letter' ELSE '' END AS note,
       d.holder AS detail,
       1 - d.running AS place
FROM dossiers d
LEFT JOIN procedures p ON p.id = d.procedure_id
WHERE (d.running = 1 AND d.deadline < :now)
   OR (d.late = 1 AND d.year = :year)
