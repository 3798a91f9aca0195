-- The dossiers resolved this year whose procedure was offered online when they came in: how many of
-- each counted unit, by the level offered (3, 4) and whether they were filed online (0, 1). All of
-- it is in the offered_key, of which a year is one range; see the dossiers table.
SELECT CAST(offered_key & 1048575 AS INTEGER) AS unit_id,
       CAST((offered_key >> 21) & 7 AS INTEGER) AS level,
       CAST((offered_key >> 20) & 1 AS INTEGER) AS online,
       CAST(many AS INTEGER) AS many
FROM (SELECT offered_key, COUNT(*) AS many
      FROM dossiers
      WHERE offered_key >= CAST(:year AS BIGINT) * 16777216
        AND offered_key < CAST(:year + 1 AS BIGINT) * 16777216
      GROUP BY offered_key) counted
