-- The procedures whose online share does not lie above the goal; those first by which most dossiers
-- could move online.
SELECT q.unit_id, o.field_id,
       o.code AS key,
       o.name AS label,
       CAST(NULL AS BIGINT) AS due,
       CAST(NULL AS BIGINT) AS late_from,
       CAST(NULL AS BIGINT) AS late_until,
       'low_online_share' AS note,
       CAST(q.online AS TEXT) || '/' || CAST(q.resolved AS TEXT) AS detail,
       q.online - q.resolved AS place
FROM (SELECT d.unit_id, REPLACE(UPPER(p.code), ' ', '') AS code,
             SUM(d.online) AS online, COUNT(*) AS resolved
      FROM dossiers d
      JOIN procedures p ON p.id = d.procedure_id
      WHERE d.year = :year AND d.offered BETWEEN :least_level AND :most_level
      GROUP BY d.unit_id, REPLACE(UPPER(p.code), ' ', '')) q
JOIN offers o ON o.code = q.code
WHERE 100 * q.online <= :goal_percent * q.resolved
