-- What every list answers, of a "page" with one row more than the limit ($1),
-- numbered: the cruds, and the position of the last one if there are more.
coalesce(json_agg(@crud order by nth) filter (where nth <= $1::int), '[]'),
case when count(*) > $1::int
     then max(wire_time(created_at)) filter (where nth = $1::int) end,
max(uuid::text) filter (where nth = $1::int)
