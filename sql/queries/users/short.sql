-- What anybody may know of a person. $1: handle.
select json_build_object('uuid', uuid, 'handle', handle,
                         'display_name', display_name)
  from users
 where lower(handle) = lower($1)
