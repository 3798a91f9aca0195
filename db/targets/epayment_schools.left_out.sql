-- Schools of the list that are not public.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, 'private_school' AS reason, COUNT(*) AS count
FROM schools h
JOIN (SELECT DISTINCT unit_id FROM scopes WHERE kind = 'district') s ON 1 = 1
WHERE h.is_public = 0
GROUP BY s.unit_id
