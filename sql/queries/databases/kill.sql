-- End all other sessions of this database.
select pid, pg_terminate_backend(pid) as ended
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid()
