-- A person's ($1) name has reached all conversations, unless it was changed
-- again since $2.
delete from name_changes
 where user_uuid = $1::uuid
   and noted_at = $2::timestamptz
