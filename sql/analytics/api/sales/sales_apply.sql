-- Counts orders as the store tells them (api.sales_facts there): called by the
-- job that carries them, again if it is not sure that it was.
--
-- An order that is known by this version or a later one is passed over; for
-- any other, what it counted for is taken back and what it counts for now put
-- in its place, in one transaction with its version. So each event counts once
-- and the last one stands, however late and however often they come.
--
-- Plans go by the indexes and are kept: made while nothing was counted yet, they
-- would read all that is counted for each job.
--
-- Answers how many orders were new.
-- Locks: an advisory one, since all of them meet in the sums of their day.

create or replace function api.sales_apply(facts jsonb)
    returns table (applied int)
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off as $$
declare
    zone   text := (select s.value from core.setting s
                    where s.key = 'timezone');
    fresh  core.sale[];
    known  core.sale[];
    empty  core.sales_day[];
begin
    perform pg_advisory_xact_lock(hashtext('core.sale'));

    select array_agg(t.sale),
           array_agg(t.known) filter (where (t.known).order_id is not null)
    into fresh, known
    from core.sales_told(sales_apply.facts, zone) t;

    with put as (
        insert into core.sales_day as d
        select e.dimension, e.currency, e.day, e.key, sum(e.orders),
               sum(e.pieces), sum(e.gross), sum(e.discount), sum(e.shipping),
               sum(e.tax), sum(e.tax_included), sum(e.total),
               sum(e.refunded), sum(e.canceled_orders), sum(e.canceled)
        from core.sale_entries(fresh, known) e
        group by e.dimension, e.currency, e.day, e.key
        on conflict on constraint sales_day_pkey
        do update set orders = d.orders + excluded.orders,
                      pieces = d.pieces + excluded.pieces,
                      gross = d.gross + excluded.gross,
                      discount = d.discount + excluded.discount,
                      shipping = d.shipping + excluded.shipping,
                      tax = d.tax + excluded.tax,
                      tax_included = d.tax_included + excluded.tax_included,
                      total = d.total + excluded.total,
                      refunded = d.refunded + excluded.refunded,
                      canceled_orders = d.canceled_orders
                                        + excluded.canceled_orders,
                      canceled = d.canceled + excluded.canceled
        returning d as sums
    )
    select array_agg(p.sums) into empty
    from put p
    where (p.sums).orders = 0 and (p.sums).refunded = 0
          and (p.sums).canceled_orders = 0;

    if empty is not null then
        delete from core.sales_day d
        using unnest(empty) e
        where d.dimension = e.dimension and d.currency = e.currency
              and d.day = e.day and d.key = e.key;
    end if;

    if known is not null then
        delete from core.sale s
        where s.order_id in (select k.order_id from unnest(known) k);
    end if;

    insert into core.sale select n.* from unnest(fresh) n;

    perform core.labels_put(fresh);

    return query select coalesce(cardinality(fresh), 0);
end
$$;
