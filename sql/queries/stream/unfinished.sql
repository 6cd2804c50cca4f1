-- Streams of which something is left to do, oldest first: their ARNs end in
-- their birth. $1: what their ARNs begin with.
select distinct stream_arn
  from stream_checkpoints
 where starts_with(stream_arn, $1) and not closed
 order by stream_arn
