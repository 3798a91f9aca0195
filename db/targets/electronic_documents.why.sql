-- Documents sent electronically, with or without asking for a digital signature.
SELECT r.name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE WHEN r.name = 'signed_only' THEN d.signed ELSE d.electronic END) AS numerator,
       COUNT(*) AS denominator
FROM (SELECT unit_id, number, issued,
             MIN(electronic) AS electronic,
             MIN(CASE WHEN electronic = 1 AND signed = 1 THEN 1 ELSE 0 END) AS signed
      FROM documents
      WHERE counts = 1 AND year = :year
      GROUP BY unit_id, number, issued) d
JOIN scopes s ON s.part_id = d.unit_id
CROSS JOIN (SELECT 'signed_only' AS name UNION ALL SELECT 'with_or_without_signature') r
GROUP BY r.name, s.unit_id
