-- Plan item 5: dossiers finished by their deadline, of those finished in the year and (unless the
-- formula is 'finished') those still open and past it; otherwise leaving one open would help the rate.
-- Added up for each unit first, so that only half as much is added up for the district.
SELECT s.unit_id, t.field_id,
       SUM(t.on_time) AS numerator,
       SUM(t.whole) AS denominator
FROM (SELECT unit_id, field_id,
             CAST(SUM(on_time) AS INTEGER) AS on_time,
             CAST(SUM(on_time + late + CASE WHEN :formula = 'finished' THEN 0 ELSE overdue END)
                  AS INTEGER) AS whole
      FROM tally_dossiers
      GROUP BY unit_id, field_id) t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id, t.field_id
