-- Up to where the write-ahead log is written, in bytes: every second the
-- worker that listens to the change feed compares it with what it has heard.

create or replace function api.feed_position()
    returns table ("position" bigint)
language sql stable as $$
    select (pg_current_wal_flush_lsn() - '0/0')::bigint
$$;
