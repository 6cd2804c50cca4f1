-- The person with handle $1 is Cognito's $2 (sub).
update users
   set cognito_user_id = $2
 where lower(handle) = lower($1)
   and cognito_user_id is distinct from $2
returning uuid
