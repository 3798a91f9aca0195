-- The index that is not published yet; its detail is the newest grade before it, with its year.
SELECT m.unit_id, CAST(NULL AS INTEGER) AS field_id,
       m.code AS key,
       m.content AS label,
       m.due AS due,
       CASE WHEN m.due < :now THEN m.due END AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN m.due < :now THEN 'par_index_overdue' ELSE 'par_index_unpublished' END AS note,
       (SELECT p.grade || ' (' || CAST(p.index_year AS TEXT) || ')'
        FROM milestones p
        WHERE p.item = '1' AND p.grade IS NOT NULL
          AND p.index_year < CAST(:now AS BIGINT) / 10000000000 - 1
        ORDER BY p.index_year DESC, p.code
        LIMIT 1) AS detail,
       0 AS place
FROM milestones m
WHERE m.item = '1' AND m.index_year = CAST(:now AS BIGINT) / 10000000000 - 1
  AND (m.grade IS NULL OR m.done > :now)
