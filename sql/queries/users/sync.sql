-- Write each person's sub, for the command line. $1: all of the pool, as JSON:
-- [{"handle":…, "sub":…, "email":…}, …]; handle and email may be missing. An
-- email is one that they have proven to be theirs.
-- A preferred_username proves nothing: everybody may choose any. So a sub that
-- is in the pool keeps its row, and a row with an e-mail address is only for
-- who has that.
-- Each row: handle, sub, result. Those whom the pool lacks come last.
with pool as (
    select handle, sub, email
      from jsonb_to_recordset($1::jsonb) as p(handle text, sub text, email text)
), claims as (
    select p.handle, p.sub, u.uuid, u.cognito_user_id as has,
           exists (select from pool o where o.sub = u.cognito_user_id) as kept,
           exists (select from users o where o.cognito_user_id = p.sub) as known,
           u.email is null or lower(u.email) = lower(p.email) is true as proven
      from pool p
      left join users u on lower(u.handle) = lower(p.handle)
), judged as (
    select handle, sub, uuid, case
           when handle is null then 'has no preferred_username'
           when has = sub then 'unchanged'
           when known and (uuid is null or kept) then 'has another handle'
           when uuid is null then 'not in Postgres'
           when kept then 'the handle is another person''s'
           when known then 'another person has this sub'
           when not proven then 'has another e-mail address'
           when count(*) filter (where proven and not known)
                over (partition by uuid) > 1 then 'not the only one'
           else 'changed' end as result
      from claims
), changed as (
    update users u
       set cognito_user_id = j.sub
      from judged j
     where u.uuid = j.uuid and j.result = 'changed'
)
select handle, sub, result, 1 as part
  from judged
union all
select u.handle, u.cognito_user_id, 'not in Cognito', 2
  from users u
 where not exists (select from pool p
                    where lower(p.handle) = lower(u.handle)
                       or p.sub = u.cognito_user_id)
 order by part, handle, sub
