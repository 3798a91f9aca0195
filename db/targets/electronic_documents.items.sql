-- The documents sent on paper only (or, where a signature is required, unsigned).
SELECT d.unit_id, CAST(NULL AS INTEGER) AS field_id,
       d.number AS key,
       d.number AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN d.electronic = 0 THEN 'paper_only' ELSE 'not_signed' END AS note,
       CAST(NULL AS TEXT) AS detail,
       0 AS place
FROM documents d
WHERE d.counts = 1 AND d.year = :year
  AND (d.electronic = 0 OR (:require_signature = 1 AND d.signed = 0))
