-- Internal documents, those to citizens or companies and those whose days cannot be; and what an
-- import left out: secret ones (of which only the number is known), recalled ones and drafts, the
-- same row twice. A list that is exported anew each day is counted once, as it came last.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       CASE WHEN d.flags = '' THEN 'internal_or_to_citizens' ELSE d.flags END AS reason,
       COUNT(*) AS count
FROM documents d
JOIN scopes s ON s.part_id = d.unit_id
WHERE d.counts = 0 AND d.year = :year
GROUP BY s.unit_id, CASE WHEN d.flags = '' THEN 'internal_or_to_citizens' ELSE d.flags END
UNION ALL
SELECT s.unit_id, CAST(NULL AS INTEGER), r.reason,
       SUM(CASE r.reason WHEN 'secret' THEN l.secret WHEN 'recalled' THEN l.recalled
                         ELSE l.duplicate END)
FROM (SELECT d.scope,
             COALESCE(CAST(d.dropped ->> 'secret' AS INTEGER), 0) AS secret,
             COALESCE(CAST(d.dropped ->> 'recalled' AS INTEGER), 0) AS recalled,
             COALESCE(CAST(d.dropped ->> 'duplicate' AS INTEGER), 0) AS duplicate
      FROM deliveries d
      WHERE d.id IN (SELECT MAX(id)
                     FROM deliveries
                     WHERE source = 'documents' AND outcome IN ('accepted', 'accepted_with_rejects')
                       AND day <= :now / 1000000 AND period_from >= :year_start / 1000000
                     GROUP BY scope, period_from)) l
JOIN (SELECT DISTINCT unit_id, kind FROM scopes) s
  ON l.scope = CAST(s.unit_id AS TEXT) OR s.kind = 'district'
CROSS JOIN (SELECT 'secret' AS reason UNION ALL SELECT 'recalled' UNION ALL SELECT 'duplicate') r
GROUP BY s.unit_id, r.reason
