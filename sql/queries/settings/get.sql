-- A value that all machines of this installation share. $1: key.
select value
  from settings
 where key = $1
