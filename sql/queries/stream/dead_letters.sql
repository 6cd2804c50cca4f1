-- Messages that were given up, oldest first. $1: table.
select id, record->>'message_group_uuid', record->>'created_at', reason,
       attempts, wire_time(created_at)
  from stream_dead_letters
 where position(':table/' || $1 || '/stream/' in stream_arn) > 0
 order by id
