SELECT unit_id, field_id,
       COUNT(*) AS on_time,
       0 AS late,
       0 AS overdue,
       0 AS letters_in_time,
       0 AS letters_late,
       0 AS letters_incomplete
FROM dossiers
WHERE year = :year AND on_time = 1 AND late = 0
GROUP BY unit_id, field_id
UNION ALL
SELECT unit_id, field_id, 0, COUNT(*), 0,
       CASE WHEN letter = 1 THEN COUNT(*) ELSE 0 END,
       CASE WHEN letter = 2 THEN COUNT(*) ELSE 0 END,
       CASE WHEN letter = 3 THEN COUNT(*) ELSE 0 END
FROM dossiers
WHERE year = :year AND on_time = 0 AND late = 1
GROUP BY unit_id, field_id, letter
UNION ALL
SELECT unit_id, field_id, 0, 0, 0, 0, 0, 0
FROM dossiers
WHERE year = :year AND on_time = 0 AND late = 0
GROUP BY unit_id, field_id
UNION ALL
SELECT unit_id, field_id, 0, 0, COUNT(*),
       CASE WHEN letter = 1 THEN COUNT(*) ELSE 0 END,
       CASE WHEN letter = 2 THEN COUNT(*) ELSE 0 END,
       CASE WHEN letter = 3 THEN COUNT(*) ELSE 0 END
FROM dossiers
WHERE running = 1 AND deadline >= :year_start AND deadline < :now
GROUP BY unit_id, field_id, letter
