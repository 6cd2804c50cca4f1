-- A shard is done up to here; never backwards. $1: ARN, $2: shard, $3: sequence
-- number or null, $4: closed.
insert into stream_checkpoints (stream_arn, shard_id, sequence_number, closed)
values ($1, $2, $3, $4)
    on conflict (stream_arn, shard_id) do update
   set sequence_number = coalesce(excluded.sequence_number,
                                  stream_checkpoints.sequence_number),
       closed = excluded.closed or stream_checkpoints.closed,
       updated_at = now()
 where stream_checkpoints.sequence_number is null
    or excluded.sequence_number is null
    or excluded.sequence_number::numeric
       >= stream_checkpoints.sequence_number::numeric
