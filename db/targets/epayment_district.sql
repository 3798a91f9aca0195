-- Plan item 8.3: in place when a procedure of the district with a fee takes electronic payment, and
-- somebody paid so at the district within the last days. Until then by the milestones of 8.3. The
-- two numbers, for information: procedures that take it, of those with a fee.
SELECT s.unit_id, CAST(NULL AS INTEGER) AS field_id,
       p.taking AS numerator,
       p.with_fee AS denominator,
       CASE WHEN p.taking > 0
             AND EXISTS (SELECT 1 FROM dossiers d
                         JOIN units u ON u.id = d.received_by
                         WHERE d.paid = 1 AND d.received >= :payment_days_ago AND d.received <= :now
                           AND u.kind NOT IN ('commune', 'town'))
            THEN 'yes'
            WHEN EXISTS (SELECT 1 FROM milestones m
                         WHERE m.item = '8.3' AND m.due < :now
                           AND (m.done IS NULL OR m.done > :now)
                           AND m.flags NOT LIKE '%finish_without_date%')
            THEN 'behind'
            ELSE 'on_track' END AS answer
FROM (SELECT COALESCE(SUM(takes_payment), 0) AS taking, COUNT(*) AS with_fee
      FROM offers
      WHERE level = 'district' AND has_fee = 1 AND (ends IS NULL OR ends >= :now)) p
JOIN (SELECT DISTINCT unit_id FROM scopes WHERE kind = 'district') s ON 1 = 1
