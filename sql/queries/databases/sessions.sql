-- Who is connected to this database besides us, longest first. Of others'
-- sessions Postgres may tell no more than that they are there.
select pid, usename as user, datname as db, coalesce(host(client_addr), 'local')
       as address, application_name as application, state,
       date_trunc('second', clock_timestamp() - backend_start)::text
       as connected_for
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid()
   and usesysid is not null
   and coalesce(backend_type, 'client backend') = 'client backend'
 order by backend_start, pid
