-- What others replied to a person's ($4: uuid) cruds, newest first.
-- $1: limit. $2, $3: only older than these.
with page as (
    select a.*, u.display_name, u.handle,
           row_number() over (order by a.created_at desc, a.uuid desc) as nth
      from (select *
              from activities
             where reply_to_user_uuid = $4::uuid
               and user_uuid <> $4::uuid
               and expires_at > now()
               and (created_at, uuid) < ($2::timestamptz, $3::uuid)
             order by created_at desc, uuid desc
             limit $1::int + 1) a
      join users u on u.uuid = a.user_uuid
)
select @page
  from page
