-- Dossiers resolved this year whose procedure was not offered online when they came in.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, 'not_offered_online' AS reason,
       COUNT(*) AS count
FROM dossiers d
JOIN scopes s ON s.part_id = d.unit_id
WHERE d.year = :year AND d.resolved = 1 AND d.offered = 0
GROUP BY s.unit_id
