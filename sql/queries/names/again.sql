-- A person's ($1) name was written as $2. If it is another one by now, it may
-- have been spread at the same time and lost to $2 here and there: note it
-- again.
insert into name_changes (user_uuid)
select uuid
  from users
 where uuid = $1::uuid and display_name <> $2
    on conflict (user_uuid) do update
   set noted_at = clock_timestamp(), done_to = null
