-- One pass over the dossiers: small sums for each counted unit and field, some rows of each.
-- Finished dossiers were settled at import: their tally_key holds all that is grouped by, and a year
-- is one range of its index, in the order of the groups. Open ones are judged by the calendar here,
-- through the partial index of those whose clock runs. A finished one belongs to the year of its
-- finish, an overdue one to the year of its deadline. A field in which nothing counts yet is named
-- with zeros. How the key is made of its parts: see the dossiers table.
-- Each number is an INTEGER, because PostgreSQL adds up the BIGINT of COUNT as slow decimals.
SELECT unit_id, field_id,
       CASE WHEN outcome = 1 THEN many ELSE 0 END AS on_time,
       CASE WHEN outcome = 2 THEN many ELSE 0 END AS late,
       0 AS overdue,
       CASE WHEN letter = 1 THEN many ELSE 0 END AS letters_in_time,
       CASE WHEN letter = 2 THEN many ELSE 0 END AS letters_late,
       CASE WHEN letter = 3 THEN many ELSE 0 END AS letters_incomplete
FROM (SELECT CAST((tally_key >> 42) & 3 AS INTEGER) AS outcome,
             CAST((tally_key >> 22) & 1048575 AS INTEGER) AS unit_id,
             CAST((tally_key >> 2) & 1048575 AS INTEGER) AS field_id,
             CAST(tally_key & 3 AS INTEGER) AS letter,
             CAST(many AS INTEGER) AS many
      FROM (SELECT tally_key, COUNT(*) AS many
            FROM dossiers
            WHERE tally_key >= CAST(:year AS BIGINT) * 17592186044416
              AND tally_key < CAST(:year + 1 AS BIGINT) * 17592186044416
            GROUP BY tally_key) counted) settled
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
