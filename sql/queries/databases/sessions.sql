-- Who is connected to this database besides us, longest first.
select pid, usename as user, datname as db, coalesce(host(client_addr), 'local')
       as address, application_name as application, state,
       date_trunc('second', clock_timestamp() - backend_start)::text
       as connected_for
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid()
 order by backend_start, pid
