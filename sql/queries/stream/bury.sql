-- A record that failed again and again. $1: ARN, $2: shard, $3: sequence
-- number, $4: record as JSON, $5: reason, $6: attempts.
insert into stream_dead_letters
       (stream_arn, shard_id, sequence_number, record, reason, attempts)
values ($1, $2, $3, $4, $5, $6)
    on conflict (stream_arn, shard_id, sequence_number) do update
   set reason = excluded.reason,
       attempts = stream_dead_letters.attempts + excluded.attempts
