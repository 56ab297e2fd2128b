-- Whether all of these transactions, committed by what the log says, can be
-- seen by a query that begins now. The log knows the lower 32 bits of their
-- ids, the next id tells the rest.

create or replace function api.feed_settled(xids bigint[])
    returns table (settled boolean)
language sql stable as $$
    select coalesce(bool_and(pg_visible_in_snapshot(
               (now.top - ((now.top - x.id + 2147483648) & 4294967295)
                + 2147483648)::text::xid8, now.seen)), true)
    from (select s.seen, pg_snapshot_xmax(s.seen)::text::bigint as top
          from (select pg_current_snapshot() as seen) s) now,
         unnest(feed_settled.xids) x (id)
$$;
