-- Plan item 6.1: dossiers filed online, of those resolved this year whose procedure was offered
-- online when they came in. "Level 3" is read as 3 and 4; most_level = 3 takes it by the letter.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(t.many * t.online) AS numerator,
       SUM(t.many) AS denominator
FROM tally_offered t
JOIN scopes s ON s.part_id = t.unit_id
WHERE t.level BETWEEN :least_level AND :most_level
GROUP BY s.unit_id
