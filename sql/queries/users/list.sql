-- Everybody, for the command line.
select handle, coalesce(cognito_user_id, '') as sub, coalesce(email, '')
  from users
 order by lower(handle)
