-- A person ($1: sub) changes name ($2) and bio ($3; null: it stays). A new name
-- is noted in name_changes, to be spread to the conversations that stand.
with before as (
    select uuid, display_name
      from users
     where cognito_user_id = $1
       for update
), changed as (
    update users u
       set display_name = $2, bio = coalesce($3, u.bio)
      from before b
     where u.uuid = b.uuid
    returning u.uuid, u.handle, u.display_name
), noted as (
    insert into name_changes (user_uuid)
    select c.uuid
      from changed c
      join before b on b.uuid = c.uuid
     where b.display_name <> c.display_name
        on conflict (user_uuid) do update
       set noted_at = clock_timestamp(), done_to = null
)
select json_build_object('uuid', uuid, 'handle', handle,
                         'display_name', display_name)
  from changed
