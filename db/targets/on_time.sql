-- Plan item 5: dossiers finished by their deadline, of those finished in the year and (unless the
-- formula is 'finished') those still open and past it; otherwise leaving one open would help the rate.
SELECT s.unit_id, t.field_id,
       SUM(t.on_time) AS numerator,
       SUM(t.on_time + t.late
           + CASE WHEN :formula = 'finished' THEN 0 ELSE t.overdue END) AS denominator
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id, t.field_id
