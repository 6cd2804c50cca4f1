-- Names that have not reached all conversations yet, oldest first: a person,
-- the name, when it was noted, and how far it has come. $1: at most so many.
-- $2: only this person, or null.
select c.user_uuid, u.display_name, wire_time(c.noted_at), c.done_to
  from name_changes c
  join users u on u.uuid = c.user_uuid
 where $2::uuid is null or c.user_uuid = $2::uuid
 order by c.noted_at
 limit $1::int
