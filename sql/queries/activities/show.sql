-- A crud ($4: uuid) and its replies, oldest first; the crud is null if there
-- is none. $1: limit. $2, $3: only replies newer than these.
with crud as (
    select a.*, u.display_name, u.handle
      from activities a
      join users u on u.uuid = a.user_uuid
     where a.uuid = $4::uuid
       and a.expires_at > now()
), page as (
    select a.*, u.display_name, u.handle,
           row_number() over (order by a.created_at, a.uuid) as nth
      from (select *
              from activities
             where reply_to_activity_uuid = (select uuid from crud)
               and expires_at > now()
               and (created_at, uuid) > ($2::timestamptz, $3::uuid)
             order by created_at, uuid
             limit $1::int + 1) a
      join users u on u.uuid = a.user_uuid
)
select @page,
       (select @crud from crud)
  from page
