-- The procedures of the district that have a fee and take no electronic payment.
SELECT CAST(NULL AS INTEGER) AS unit_id, o.field_id,
       o.code AS key,
       o.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       'no_epayment' AS note,
       CAST(NULL AS TEXT) AS detail,
       0 AS place
FROM offers o
WHERE o.level = 'district' AND o.has_fee = 1 AND o.takes_payment = 0
  AND (o.ends IS NULL OR o.ends >= :now)
