-- The crud whose uuid is $1, and whether $2 (user uuid) wrote it with the text $3,
-- as a reply to crud $4 (null: to none).
with crud as (
    select a.*, u.display_name, u.handle
      from activities a
      join users u on u.uuid = a.user_uuid
     where a.uuid = $1::uuid
)
select @crud,
       user_uuid = $2::uuid and message = $3
       and reply_to_activity_uuid is not distinct from $4::uuid
  from crud
