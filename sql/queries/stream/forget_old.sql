-- Checkpoints of shards that were done two days ago: a stream keeps its records
-- for one, and then tells of the shard no more.
delete from stream_checkpoints
 where closed and updated_at < now() - interval '2 days'
