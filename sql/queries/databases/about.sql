-- What kind of database this is: for the command line.
select current_setting('server_version') as version,
       current_setting('server_version_num')::int >= 140000 as new_enough,
       (select count(*)
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')
       ) as tables,
       to_regclass('schema_migrations') is not null as has_migrations,
       to_regclass('activities') is not null as has_schema,
       (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us
