-- How far the shards of a stream are done. $1: ARN.
select shard_id, sequence_number, closed
  from stream_checkpoints
 where stream_arn = $1
