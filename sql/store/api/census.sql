-- How much work is left over, for the metrics: called by one worker of each
-- gateway every ten seconds.
--
-- Answers one row: events of the outbox that nobody has published and the age
-- of the oldest in us; jobs that are due and nobody has taken, how long the
-- first has been due in us, and jobs that were given up; money that waits for a
-- person, and units that open orders are short of; orders that analytics has
-- not been told of and how long the first has waited in us. Counts end at
-- 100,000 (of the last, at 1,000 jobs): a backlog costs no more to look at than
-- that.
--
-- Locks: none.

create or replace function api.census()
    returns table (outbox_pending bigint, outbox_age bigint, jobs_due bigint,
                   jobs_age bigint, jobs_dead bigint, parked bigint,
                   short bigint, sales_pending bigint, sales_age bigint)
language plpgsql stable security definer set search_path = core, pg_temp as $$
begin
    return query
    select (select coalesce(sum(cardinality(p.subjects)), 0)::bigint from (
                select w.subjects from core.outbox_waiting w
                limit 100000) as p),
           coalesce((select extract(epoch from now() - min(w.created_at))
                            * 1e6
                     from (select w.created_at from core.outbox_waiting w
                           limit 100000) as w), 0)::bigint,
           due.n, coalesce(extract(epoch from now() - due.first) * 1e6,
                           0)::bigint,
           (select count(*) from (
                select from core.job j where j.status = 'dead'
                limit 100000) as dead),
           (select count(*) from (
                select from core.payment_parked k where k.resolved_at is null
                limit 100000) as parked),
           (select coalesce(sum(i.short), 0)::bigint
            from core.order_item i
            join core.orders o on o.id = i.order_id
            where i.short > 0
                  and o.status in ('pending', 'stock_shortfall', 'paid')),
           sales.n, coalesce(extract(epoch from now() - sales.first) * 1e6,
                             0)::bigint
    from (select count(*) as n, min(j.due_at) as first from (
              select j.due_at from core.job j
              where j.status = 'waiting' and j.due_at <= now()
              limit 100000) as j) as due
    cross join (
        select coalesce(sum(jsonb_array_length(j.payload -> 'orders')),
                        0)::bigint as n,
               min(j.created_at) as first
        from (select j.payload, j.created_at from core.job j
              where j.kind = 'sales' and j.status in ('waiting', 'running')
              order by j.due_at
              limit 1000) as j) as sales;
end
$$;
