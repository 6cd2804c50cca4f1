-- The shards of a table's streams that are not done, and how old their
-- checkpoints are, in seconds. $1: table.
select stream_arn, shard_id, sequence_number,
       extract(epoch from now() - updated_at)::bigint
  from stream_checkpoints
 where position(':table/' || $1 || '/stream/' in stream_arn) > 0
   and not closed
 order by stream_arn, shard_id
