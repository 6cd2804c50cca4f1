-- A reply of $1 (user uuid) to crud $2: $3. It expires with the crud, whose
-- count goes up in the same transaction; no row if there is no such crud.
with parent as (
    update activities
       set replies_count = replies_count + 1
     where uuid = $2::uuid
       and expires_at > now()
    returning uuid, user_uuid, expires_at
), new as (
    insert into activities (user_uuid, message, reply_to_activity_uuid,
                            reply_to_user_uuid, expires_at)
    select $1::uuid, $3, uuid, user_uuid, expires_at
      from parent
    returning *
), crud as (
    select new.*, u.display_name, u.handle
      from new
      join users u on u.uuid = new.user_uuid
)
select @crud
  from crud
