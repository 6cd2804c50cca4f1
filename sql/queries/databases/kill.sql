-- End all other sessions of this database: whether each was; null where we may
-- not (PostgreSQL manual, "Server Signaling Functions"; asking for one of those
-- is an error, which would hide what was done).
select a.pid, case
       when (select rolsuper from pg_roles where rolname = current_user)
         or not r.rolsuper
        and (pg_has_role(a.usesysid, 'usage')
             or pg_has_role('pg_signal_backend', 'usage'))
       then pg_terminate_backend(a.pid) end as ended
  from pg_stat_activity a
  left join pg_roles r on r.oid = a.usesysid
 where a.datname = current_database() and a.pid <> pg_backend_pid()
   and a.usesysid is not null
   and coalesce(a.backend_type, 'client backend') = 'client backend'
