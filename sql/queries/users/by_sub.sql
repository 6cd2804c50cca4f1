-- The person behind an access token. $1: sub.
select uuid, handle, display_name
  from users
 where cognito_user_id = $1
