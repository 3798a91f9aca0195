-- Plan item 8.1: official documents to administrative agencies that went out electronically (paper
-- beside it does not matter), of all issued this year. A document to several agencies counts once,
-- as electronic when each got it so. Secret documents never entered the database.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(d.electronic) AS numerator,
       COUNT(*) AS denominator
FROM (SELECT unit_id, number, issued,
             MIN(CASE WHEN electronic = 1 AND (:require_signature = 0 OR signed = 1)
                      THEN 1 ELSE 0 END) AS electronic
      FROM documents
      WHERE counts = 1 AND year = :year
      GROUP BY unit_id, number, issued) d
JOIN scopes s ON s.part_id = d.unit_id
GROUP BY s.unit_id
