-- The dossiers resolved this year whose procedure was offered online when they came in: how many of
-- each counted unit, by the level offered (3, 4) and whether they were filed online (0, 1).
SELECT unit_id, offered AS level, online, CAST(COUNT(*) AS INTEGER) AS many
FROM dossiers
WHERE year = :year AND offered > 0
GROUP BY offered, online, unit_id
