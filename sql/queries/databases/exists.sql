-- Whether the server has a database. $1: its name.
select 1
  from pg_database
 where datname = $1
