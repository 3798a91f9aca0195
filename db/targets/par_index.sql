-- Plan item 1: the grade of the reform index of last year, which the City publishes during this one:
-- calendar years, whatever the reporting year.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       0 AS numerator,
       0 AS denominator,
       (SELECT m.grade
        FROM milestones m
        WHERE m.item = '1' AND m.grade IS NOT NULL
          AND m.index_year = CAST(:now AS BIGINT) / 10000000000 - 1
          AND (m.done IS NULL OR m.done <= :now)
        ORDER BY m.day DESC, m.code
        LIMIT 1) AS answer
FROM scopes s
WHERE s.kind = 'district'
GROUP BY s.unit_id
