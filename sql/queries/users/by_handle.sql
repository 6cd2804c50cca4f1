-- A person, for the command line. $1: handle.
select uuid, handle, display_name
  from users
 where lower(handle) = lower($1)
