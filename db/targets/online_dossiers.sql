-- Plan item 6.1: dossiers filed online, of those resolved this year whose procedure was offered
-- online when they came in. "Level 3" is read as 3 and 4; most_level = 3 takes it by the letter.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN :least_level <= 3 THEN t.online_3 ELSE 0 END
           + CASE WHEN :most_level >= 4 THEN t.online_4 ELSE 0 END) AS numerator,
       SUM(CASE WHEN :least_level <= 3 THEN t.offered_3 ELSE 0 END
           + CASE WHEN :most_level >= 4 THEN t.offered_4 ELSE 0 END) AS denominator
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
