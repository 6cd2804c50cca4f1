-- The caller ($1: sub) and the person with a handle ($2), in one go.
select uuid, handle, display_name, (cognito_user_id = $1) is true as is_caller,
       (lower(handle) = lower($2)) as is_peer
  from users
 where cognito_user_id = $1 or lower(handle) = lower($2)
