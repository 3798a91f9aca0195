-- Plan item 5: dossiers finished by their deadline, of those finished in the year and (unless the
-- formula is 'finished') those still open and past it; otherwise leaving one open would help the rate.
-- By 'portal_766' (Decision 766/QĐ-TTg) all that is open is in the whole, and on time within its time;
-- a paused one's clock stands, and one sent back for supplements more than once is late. Only that
-- formula reads dossiers here: the others have the tally.
-- Added up for each unit first, so that only half as much is added up for the district.
SELECT s.unit_id, t.field_id,
       SUM(t.on_time) AS numerator,
       SUM(t.whole) AS denominator
FROM (SELECT unit_id, field_id,
             CAST(SUM(on_time) AS INTEGER) AS on_time,
             CAST(SUM(on_time + late
                      + CASE WHEN :formula = 'finished_and_overdue' THEN overdue ELSE 0 END)
                  AS INTEGER) AS whole
      FROM tally_dossiers
      GROUP BY unit_id, field_id
      UNION ALL
      SELECT unit_id, field_id,
             CAST(SUM(CASE WHEN deadline >= :now THEN 1 ELSE 0 END) AS INTEGER),
             CAST(COUNT(*) AS INTEGER)
      FROM dossiers
      WHERE :formula = 'portal_766' AND running = 1
      GROUP BY unit_id, field_id
      UNION ALL
      SELECT unit_id, field_id, 1, 1
      FROM dossiers
      WHERE :formula = 'portal_766' AND left_out = 'paused'
      UNION ALL
      SELECT unit_id, field_id, -1, 0
      FROM dossiers
      WHERE :formula = 'portal_766' AND earlier_pauses IS NOT NULL
        AND flags LIKE '%second_request%'
        AND ((on_time = 1 AND year = :year) OR left_out = 'paused'
             OR (running = 1 AND deadline >= :now))) t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id, t.field_id
