-- Which session this is: another than before has lost the lock.
select pg_backend_pid()
