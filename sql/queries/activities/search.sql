-- Unexpired cruds that hold all words of $4, the last one as a prefix, in
-- their text or in their author's names; the best first. $1: limit. Only worse
-- than: $5 (rank), $2 (time), $3 (uuid).
with asked as (
    select nullif(plainto_tsquery('simple', $4)::text, '') as words
), query as (
    select (words || ':*')::tsquery as q
      from asked
     where words is not null
), match as (
    select a.*
      from query, activities a
     where a.search @@ q
       and a.expires_at > now()
    union
    select a.*
      from query, users u
      join activities a on a.user_uuid = u.uuid
     where u.search @@ q
       and a.expires_at > now()
), ranked as (
    select a.*, u.display_name, u.handle,
           ts_rank(a.search, q) + ts_rank(u.search, q) as rank
      from query, match a
      join users u on u.uuid = a.user_uuid
), page as (
    select *, row_number() over (order by rank desc, created_at desc,
                                 uuid desc) as nth
      from ranked
     where (rank, created_at, uuid)
           < ($5::real, $2::timestamptz, $3::uuid)
     order by rank desc, created_at desc, uuid desc
     limit $1::int + 1
)
select @page,
       max(rank::text) filter (where nth = $1::int)
  from page
