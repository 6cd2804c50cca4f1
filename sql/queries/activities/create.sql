-- A new crud of $1 (user uuid): $2, to live $3 seconds, as $4 (its uuid, or
-- null); no row if $4 stands already.
with new as (
    insert into activities (uuid, user_uuid, message, expires_at)
    values (coalesce($4::uuid, gen_random_uuid()), $1::uuid, $2,
            now() + make_interval(secs => $3::int))
        on conflict (uuid) do nothing
    returning *
), crud as (
    select new.*, u.display_name, u.handle
      from new
      join users u on u.uuid = new.user_uuid
)
select @crud
  from crud
