-- The cases past their due day: open ones first, then those decided late this year. Only the register
-- number, the kind and days, by law; the clock runs in calendar days.
SELECT c.unit_id, CAST(NULL AS INTEGER) AS field_id,
       c.number AS key,
       CASE c.kind WHEN 'complaint' THEN 'Khiếu nại'
                   WHEN 'denunciation' THEN 'Tố cáo'
                   WHEN 'petition' THEN 'Đơn kiến nghị, phản ánh'
                   ELSE 'Đơn thư' END AS label,
       c.deadline AS due,
       c.deadline AS late_from,
       c.decided AS late_until,
       'days' AS counted_in,
       CASE WHEN c.running = 1 THEN 'complaint_overdue' ELSE 'complaint_late' END AS note,
       CAST(NULL AS TEXT) AS detail,
       1 - c.running AS place
FROM complaints c
WHERE (c.running = 1 AND c.deadline < :now)
   OR (c.late = 1 AND c.year = :year)
