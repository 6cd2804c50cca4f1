-- Delete up to $1 expired cruds. Replies go before what they answer, so that
-- two of these at once never wait for each other's rows: what one of them has
-- locked the other passes over.
with gone as (
    select a.uuid
      from activities a
     where a.expires_at <= now()
       and not exists (select 1
                         from activities r
                        where r.reply_to_activity_uuid = a.uuid
                          and r.expires_at <= now())
     order by a.expires_at
     limit $1::int
       for update skip locked
)
delete from activities
 where uuid in (select uuid from gone)
returning uuid
