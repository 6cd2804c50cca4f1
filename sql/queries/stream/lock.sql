-- Become the active processor of a table: one session holds this lock, and it
-- goes when the session does. $1: table.
select pg_try_advisory_lock(hashtextextended('cruddur-stream ' || $1, 0)),
       pg_backend_pid()
