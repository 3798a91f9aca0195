-- Which letters count, and for which dossiers: as in the plan's words, only letters by the due day,
-- incomplete ones too, and only for dossiers that were finished late.
SELECT 'any_day' AS name, s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(t.letters_in_time + t.letters_late) AS numerator,
       SUM(t.late + t.overdue) AS denominator
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
UNION ALL
SELECT 'by_the_due_day', s.unit_id, CAST(NULL AS INTEGER),
       SUM(t.letters_in_time), SUM(t.late + t.overdue)
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
UNION ALL
SELECT 'finished_late_only', s.unit_id, CAST(NULL AS INTEGER),
       SUM(CASE WHEN t.overdue = 0 THEN t.letters_in_time + t.letters_late ELSE 0 END),
       SUM(t.late)
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
UNION ALL
SELECT 'incomplete_too', s.unit_id, CAST(NULL AS INTEGER),
       SUM(t.letters_in_time + t.letters_late + t.letters_incomplete), SUM(t.late + t.overdue)
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
GROUP BY s.unit_id
