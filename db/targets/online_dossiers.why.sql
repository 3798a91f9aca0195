-- "Level 3" by the letter, and with level 4 (domain reference 1.8).
SELECT CASE r.most WHEN 3 THEN 'level_3' ELSE 'levels_3_and_4' END AS name,
       s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(t.many * t.online) AS numerator,
       SUM(t.many) AS denominator
FROM tally_offered t
JOIN (SELECT 3 AS most UNION ALL SELECT 4) r ON t.level <= r.most
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY r.most, s.unit_id
