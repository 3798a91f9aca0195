-- One pass over the dossiers: small sums for each counted unit and field, some rows of each.
-- Finished dossiers were settled at import: those in time and the late ones are each a range of the
-- counting index, in the order of the groups. Open ones are judged by the calendar here, through the
-- partial index of those whose clock runs. A finished one belongs to the year of its finish, an
-- overdue one to the year of its deadline. A field in which nothing counts yet is named with zeros.
-- Each number is an INTEGER, because PostgreSQL adds up the BIGINT of COUNT as slow decimals.
SELECT unit_id, field_id,
       CAST(COUNT(*) AS INTEGER) AS on_time,
       0 AS late,
       0 AS overdue,
       0 AS letters_in_time,
       0 AS letters_late,
       0 AS letters_incomplete
FROM dossiers
WHERE year = :year AND on_time = 1 AND late = 0
GROUP BY unit_id, field_id
UNION ALL
SELECT unit_id, field_id,
       0,
       CAST(COUNT(*) AS INTEGER),
       0,
       CAST(CASE WHEN letter = 1 THEN COUNT(*) ELSE 0 END AS INTEGER),
       CAST(CASE WHEN letter = 2 THEN COUNT(*) ELSE 0 END AS INTEGER),
       CAST(CASE WHEN letter = 3 THEN COUNT(*) ELSE 0 END AS INTEGER)
FROM dossiers
WHERE year = :year AND on_time = 0 AND late = 1
GROUP BY unit_id, field_id, letter
UNION ALL
SELECT unit_id, field_id, 0, 0, 0, 0, 0, 0
FROM dossiers
WHERE year = :year AND on_time = 0 AND late = 0
GROUP BY unit_id, field_id
UNION ALL
SELECT unit_id, field_id,
       0, 0,
       CAST(COUNT(*) AS INTEGER),
       CAST(CASE WHEN letter = 1 THEN COUNT(*) ELSE 0 END AS INTEGER),
       CAST(CASE WHEN letter = 2 THEN COUNT(*) ELSE 0 END AS INTEGER),
       CAST(CASE WHEN letter = 3 THEN COUNT(*) ELSE 0 END AS INTEGER)
FROM dossiers
WHERE running = 1 AND deadline >= :year_start AND deadline < :now
GROUP BY unit_id, field_id, letter
