-- "Level 3" by the letter, and with level 4 (domain reference 1.8).
SELECT 'level_3' AS name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(t.online_3) AS numerator,
       SUM(t.offered_3) AS denominator
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
UNION ALL
SELECT 'levels_3_and_4', s.unit_id, CAST(NULL AS INTEGER),
       SUM(t.online_3 + t.online_4),
       SUM(t.offered_3 + t.offered_4)
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
