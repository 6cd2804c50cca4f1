-- A person ($4: handle) and the person's cruds, newest first; the profile is
-- null if there is no such person. $1: limit. $2, $3: only older than these.
with person as (
    select *
      from users
     where lower(handle) = lower($4)
), page as (
    select a.*, u.display_name, u.handle,
           row_number() over (order by a.created_at desc, a.uuid desc) as nth
      from (select *
              from activities
             where user_uuid = (select uuid from person)
               and expires_at > now()
               and (created_at, uuid) < ($2::timestamptz, $3::uuid)
             order by created_at desc, uuid desc
             limit $1::int + 1) a
      join person u on u.uuid = a.user_uuid
)
select @page,
       (select json_build_object(
                   'uuid', uuid, 'handle', handle,
                   'display_name', display_name, 'bio', bio,
                   'cruds_count', (select count(*)
                                     from activities
                                    where user_uuid = person.uuid
                                      and expires_at > now()))
          from person)
  from page
