-- A person's first sign-in; a second one at the same time finds the row.
-- $1: sub, $2: handle, $3: display name, $4: e-mail address.
insert into users (cognito_user_id, handle, display_name, email)
values ($1, $2, $3, $4)
    on conflict (cognito_user_id)
    do update set cognito_user_id = excluded.cognito_user_id
returning uuid, handle, display_name
