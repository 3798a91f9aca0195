-- Mandatory pieces whose count cannot be read, and that no earlier list had a count of.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id, e.flags AS reason, COUNT(*) AS count
FROM equipment e
JOIN units u ON u.id = e.unit_id AND u.kind IN ('commune', 'town')
JOIN scopes s ON s.part_id = e.unit_id
WHERE e.mandatory = 1 AND e.flags <> ''
GROUP BY s.unit_id, e.flags
