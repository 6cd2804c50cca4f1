-- A person's ($1) name has come so far ($3), unless it was changed again since
-- $2, or another one came farther.
update name_changes
   set done_to = $3
 where user_uuid = $1::uuid
   and noted_at = $2::timestamptz
   and (done_to is null or done_to collate "C" < $3)
