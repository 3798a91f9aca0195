-- Documents sent electronically, with or without asking for a digital signature; and those sent so
-- alone, with no paper beside.
SELECT r.name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(CASE r.name WHEN 'signed_only' THEN d.signed
                       WHEN 'without_paper_beside' THEN d.alone
                       ELSE d.electronic END) AS numerator,
       COUNT(*) AS denominator
FROM (SELECT unit_id, number, issued,
             MIN(electronic) AS electronic,
             MIN(CASE WHEN electronic = 1 AND signed = 1 THEN 1 ELSE 0 END) AS signed,
             MIN(CASE WHEN electronic = 1 AND flags <> 'paper_beside' THEN 1 ELSE 0 END) AS alone
      FROM documents
      WHERE counts = 1 AND year = :year
      GROUP BY unit_id, number, issued) d
JOIN scopes s ON s.part_id = d.unit_id
CROSS JOIN (SELECT 'signed_only' AS name
            UNION ALL SELECT 'with_or_without_signature'
            UNION ALL SELECT 'without_paper_beside') r
GROUP BY r.name, s.unit_id
