-- Plan item 7: late dossiers with an apology letter, of all dossiers that passed their deadline
-- without a result this year (finished late, or still open). A letter after the due day counts,
-- unless strict_time; one without reason, new date or signer does not, unless count_incomplete.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       SUM(t.letters_in_time
           + CASE WHEN :strict_time = 1 THEN 0 ELSE t.letters_late END
           + CASE WHEN :count_incomplete = 1 THEN t.letters_incomplete ELSE 0 END) AS numerator,
       SUM(t.late + t.overdue) AS denominator
FROM tally_dossiers t
JOIN scopes s ON s.part_id = t.unit_id
WHERE t.late + t.overdue > 0
GROUP BY s.unit_id
