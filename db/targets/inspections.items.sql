-- What the inspections leave to do. A planned surprise has a note of its own, by which it is kept from
-- everybody but those few who may know of it.
WITH district AS (
    SELECT MIN(id) AS id FROM units
    WHERE kind = 'district' AND CAST(valid_from AS TEXT) <= :today
      AND (valid_to IS NULL OR CAST(valid_to AS TEXT) >= :today)
)
-- Past its planned time and not done; or done, and the minutes do not come.
SELECT d.id AS unit_id, CAST(NULL AS INTEGER) AS field_id,
       u.slug || ' ' || i.occasion AS key,
       u.name AS label,
       i.planned_to AS due,
       COALESCE(i.inspected, i.planned_to) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       CASE WHEN i.inspected IS NULL THEN 'inspection_overdue'
            ELSE 'inspection_without_minutes' END AS note,
       CAST(NULL AS TEXT) AS detail,
       0 AS place
FROM inspections i
JOIN units u ON u.id = i.unit_id
CROSS JOIN district d
WHERE i.finished = 0 AND i.year = :year
  AND (i.inspected <= :now
       OR (i.inspected IS NULL AND i.form = 'periodic' AND i.planned_to < :now))
UNION ALL
-- Recommendations that the inspected unit has not carried out; the detail says how many.
SELECT i.unit_id, CAST(NULL AS INTEGER),
       COALESCE(i.minutes, u.slug || ' ' || i.occasion),
       u.name,
       i.remedy_due,
       CASE WHEN i.remedy_due < :now THEN i.remedy_due END,
       CAST(NULL AS BIGINT),
       'remedy_open',
       CAST(i.recommendations - i.remedied AS TEXT),
       1
FROM inspections i
JOIN units u ON u.id = i.unit_id
WHERE i.finished = 1 AND i.inspected <= :now AND i.recommendations > i.remedied
UNION ALL
-- From autumn on: a form of inspection of which the year has had none.
SELECT d.id, CAST(NULL AS INTEGER), f.form, f.label,
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
       'kind_missing', CAST(NULL AS TEXT), -1
FROM (SELECT 'periodic' AS form, 'Kiểm tra định kỳ' AS label
      UNION ALL SELECT 'surprise', 'Kiểm tra đột xuất') f
CROSS JOIN district d
WHERE :now >= CAST(:year AS BIGINT) * 10000000000
              + CAST(:both_kinds_from_month AS BIGINT) * 100000000
  AND EXISTS (SELECT 1 FROM inspections)
  AND NOT EXISTS (SELECT 1 FROM inspections i
                  WHERE i.form = f.form AND i.finished = 1
                    AND i.year = :year AND i.inspected <= :now)
UNION ALL
-- Units that nobody has inspected this year, with the end of what is openly planned. Before the first
-- book has come nobody knows who was inspected.
SELECT d.id, CAST(NULL AS INTEGER), u.slug, u.name,
       (SELECT MIN(i.planned_to) FROM inspections i
        WHERE i.unit_id = u.id AND i.form = 'periodic' AND i.finished = 0
          AND i.year = :year AND i.planned_to >= :now),
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
       'not_inspected', CAST(NULL AS TEXT), 3
FROM units u
CROSS JOIN district d
WHERE (u.kind IN ('department', 'agency', 'commune', 'town')
       OR (:include_schools = 1 AND u.kind = 'school'))
  AND CAST(u.valid_from AS TEXT) <= :today
  AND (u.valid_to IS NULL OR CAST(u.valid_to AS TEXT) >= :today)
  AND EXISTS (SELECT 1 FROM inspections)
  AND NOT EXISTS (SELECT 1 FROM inspections i
                  WHERE i.unit_id = u.id AND i.finished = 1
                    AND i.year = :year AND i.inspected <= :now)
UNION ALL
SELECT d.id, CAST(NULL AS INTEGER), u.slug || ' ' || i.occasion, u.name,
       i.planned_to, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
       'planned_surprise', CAST(NULL AS TEXT), 4
FROM inspections i
JOIN units u ON u.id = i.unit_id
CROSS JOIN district d
WHERE i.form <> 'periodic' AND i.finished = 0 AND i.year = :year
  AND (i.inspected IS NULL OR i.inspected > :now)
