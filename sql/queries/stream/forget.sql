-- A dead letter that was put right. $1: id.
delete from stream_dead_letters
 where id = $1
