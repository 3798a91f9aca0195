-- The late dossiers without a letter that counts: open ones first. Before the first book of letters
-- has come nobody knows whether one is missing.
SELECT d.owner_id AS unit_id, d.field_id,
       d.code AS key,
       p.name AS label,
       d.deadline AS due,
       d.deadline AS late_from,
       d.finished AS late_until,
       CASE WHEN d.letter = 0 THEN 'letter_missing'
            WHEN d.letter = 3 THEN 'letter_incomplete'
            ELSE 'letter_too_late' END AS note,
       d.holder AS detail,
       1 - d.running AS place,
       CASE WHEN d.running = 1 THEN
         (SELECT MAX(a.day) FROM (SELECT d.due_again AS day UNION ALL
                                   SELECT l.due_again FROM letters l WHERE l.code = d.code) a)
       END AS due_again
FROM dossiers d
LEFT JOIN procedures p ON p.id = d.procedure_id
WHERE ((d.running = 1 AND d.deadline < :now) OR (d.late = 1 AND d.year = :year))
  AND (d.letter = 0
       OR (d.letter = 2 AND :strict_time = 1)
       OR (d.letter = 3 AND :count_incomplete = 0))
  AND (d.letter > 0
       OR EXISTS (SELECT 1 FROM deliveries x
               WHERE x.source = 'letters' AND x.outcome <> 'refused'
                 AND x.day <= CAST(:today_start AS BIGINT) / 1000000))
