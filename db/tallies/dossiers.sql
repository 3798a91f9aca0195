-- One pass over the dossiers: small sums for each counted unit and field.
-- Finished dossiers were settled at import; open ones are judged by the calendar here, through the
-- partial index of those whose clock runs. A finished one belongs to the year of its finish, an
-- overdue one to the year of its deadline.
SELECT unit_id, field_id,
       SUM(on_time) AS on_time,
       SUM(late) AS late,
       0 AS overdue,
       SUM(CASE WHEN late = 1 AND letter = 1 THEN 1 ELSE 0 END) AS letters_in_time,
       SUM(CASE WHEN late = 1 AND letter = 2 THEN 1 ELSE 0 END) AS letters_late,
       SUM(CASE WHEN late = 1 AND letter = 3 THEN 1 ELSE 0 END) AS letters_incomplete,
       SUM(CASE WHEN offered = 3 THEN 1 ELSE 0 END) AS offered_3,
       SUM(CASE WHEN offered = 4 THEN 1 ELSE 0 END) AS offered_4,
       SUM(CASE WHEN offered = 3 THEN online ELSE 0 END) AS online_3,
       SUM(CASE WHEN offered = 4 THEN online ELSE 0 END) AS online_4
FROM dossiers
WHERE year = :year
GROUP BY unit_id, field_id
UNION ALL
SELECT unit_id, field_id,
       0, 0,
       COUNT(*),
       SUM(CASE WHEN letter = 1 THEN 1 ELSE 0 END),
       SUM(CASE WHEN letter = 2 THEN 1 ELSE 0 END),
       SUM(CASE WHEN letter = 3 THEN 1 ELSE 0 END),
       0, 0, 0, 0
FROM dossiers
WHERE running = 1 AND deadline >= :year_start AND deadline < :now
GROUP BY unit_id, field_id
