-- The published grades of every year, the newest first.
SELECT s.unit_id, m.index_year AS year, MIN(m.grade) AS answer
FROM milestones m
JOIN scopes s ON s.kind = 'district'
WHERE m.item = '1' AND m.grade IS NOT NULL AND m.index_year IS NOT NULL
  AND m.index_year < CAST(:now AS BIGINT) / 10000000000
  AND (m.done IS NULL OR m.done <= :now)
  AND m.code = (SELECT p.code
                FROM milestones p
                WHERE p.item = '1' AND p.grade IS NOT NULL AND p.index_year = m.index_year
                  AND (p.done IS NULL OR p.done <= :now)
                ORDER BY p.day DESC, p.code
                LIMIT 1)
GROUP BY s.unit_id, m.index_year
