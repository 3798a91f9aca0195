-- The three formulas that compete for "on time" (domain reference 1.6). portal_766 is the national
-- portal's (Decision 766/QĐ-TTg): what is still open within its time counts as on time, and all that
-- was handled this year is in the whole; a paused dossier's clock stands, so it is within its time. One
-- that was sent back for supplements more than once is late.
SELECT 'finished' AS name, s.unit_id, t.field_id,
       SUM(t.on_time) AS numerator,
       SUM(t.on_time + t.late) AS denominator
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id, t.field_id
UNION ALL
SELECT 'finished_and_overdue', s.unit_id, t.field_id,
       SUM(t.on_time),
       SUM(t.on_time + t.late + t.overdue)
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id, t.field_id
UNION ALL
SELECT 'portal_766', s.unit_id, h.field_id, SUM(h.good), SUM(h.whole)
FROM (SELECT unit_id, field_id, SUM(on_time) AS good, SUM(on_time + late) AS whole
      FROM tally_dossiers
      GROUP BY unit_id, field_id
      UNION ALL
      SELECT unit_id, field_id,
             SUM(CASE WHEN left_out = 'paused' OR deadline >= :now THEN 1 ELSE 0 END),
             COUNT(*)
      FROM dossiers
      WHERE running = 1 OR left_out = 'paused'
      GROUP BY unit_id, field_id
      UNION ALL
      SELECT unit_id, field_id, -COUNT(*), 0
      FROM dossiers
      WHERE earlier_pauses IS NOT NULL AND flags LIKE '%second_request%'
        AND ((on_time = 1 AND year = :year) OR left_out = 'paused'
             OR (running = 1 AND deadline >= :now))
      GROUP BY unit_id, field_id) h
JOIN scopes s ON s.part_id = h.unit_id
GROUP BY s.unit_id, h.field_id
