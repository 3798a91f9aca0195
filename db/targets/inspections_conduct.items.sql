-- The finished inspections whose minutes leave the head's responsibility or the code of conduct out.
SELECT (SELECT MIN(id) FROM units
        WHERE kind = 'district' AND CAST(valid_from AS TEXT) <= :today
          AND (valid_to IS NULL OR CAST(valid_to AS TEXT) >= :today)) AS unit_id,
       CAST(NULL AS INTEGER) AS field_id,
       COALESCE(i.minutes, u.slug || ' ' || i.occasion) AS key,
       u.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       'conduct_not_covered' AS note,
       CAST(NULL AS TEXT) AS detail,
       0 AS place
FROM inspections i
JOIN units u ON u.id = i.unit_id
WHERE i.finished = 1 AND i.year = :year AND i.inspected <= :now
  AND (i.covers_head IS NULL OR i.covers_head = 0)
