-- The inspections that found harassment which nobody has decided on; the detail says how many cases.
SELECT (SELECT MIN(id) FROM units
        WHERE kind = 'district' AND CAST(valid_from AS TEXT) <= :today
          AND (valid_to IS NULL OR CAST(valid_to AS TEXT) >= :today)) AS unit_id,
       CAST(NULL AS INTEGER) AS field_id,
       COALESCE(i.minutes, u.slug || ' ' || i.occasion) AS key,
       u.name AS label,
       CAST(NULL AS BIGINT) AS due,
       i.inspected AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       'harassment_open' AS note,
       CAST(i.harassment_found - i.harassment_handled AS TEXT) AS detail,
       0 AS place
FROM inspections i
JOIN units u ON u.id = i.unit_id
WHERE i.finished = 1 AND i.inspected <= :now AND i.harassment_found > i.harassment_handled
