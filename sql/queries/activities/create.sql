-- A new crud of $1 (user uuid): $2, to live $3 seconds.
with new as (
    insert into activities (user_uuid, message, expires_at)
    values ($1::uuid, $2, now() + make_interval(secs => $3::int))
    returning *
), crud as (
    select new.*, u.display_name, u.handle
      from new
      join users u on u.uuid = new.user_uuid
)
select @crud
  from crud
