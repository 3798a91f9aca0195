-- Plan item 8.4: public schools that use electronic payment, of those on the newest list. In use is
-- a channel that is active and collected a fee period that ended within the last days.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       COALESCE(SUM(CASE WHEN h.in_use = 1 AND h.transactions > 0
                          AND h.last_period >= :collected_days_ago
                         THEN 1 ELSE 0 END), 0) AS numerator,
       COUNT(*) AS denominator
FROM schools h
JOIN (SELECT DISTINCT unit_id FROM scopes WHERE kind = 'district') s ON 1 = 1
WHERE h.is_public = 1
GROUP BY s.unit_id
