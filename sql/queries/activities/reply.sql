-- A reply of $1 (user uuid) to crud $2: $3, as $4 (its uuid, or null). It expires
-- with the crud, whose count goes up in the same transaction; no row if there is
-- no such crud, or $4 stands already.
with parent as (
    select uuid, user_uuid, expires_at
      from activities
     where uuid = $2::uuid
       and uuid is distinct from $4::uuid
       and expires_at > now()
       for no key update
), new as (
    insert into activities (uuid, user_uuid, message, reply_to_activity_uuid,
                            reply_to_user_uuid, expires_at)
    select coalesce($4::uuid, gen_random_uuid()), $1::uuid, $3, uuid, user_uuid,
           expires_at
      from parent
        on conflict (uuid) do nothing
    returning *
), counted as (
    update activities
       set replies_count = replies_count + 1
     where uuid = (select reply_to_activity_uuid from new)
), crud as (
    select new.*, u.display_name, u.handle
      from new
      join users u on u.uuid = new.user_uuid
)
select @crud
  from crud
