-- What this database has, in order.
select version, name,
       to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')
  from schema_migrations
 order by version
