-- Places a group of orders: POST /orders, called by its handler, which gives
-- each order its id, scope (who asks), key and fingerprint.
--
-- One transaction, one answer for each order. An order that cannot be (stock,
-- price, item) is answered with its problem and does not touch the others. A
-- known key is answered as before; a key used with another body is refused.
-- Orders compete in order of arrival.
--
-- Answers: ordinal (from 1), status, replayed, problem and the body: the order
--   as JSON text, or the members of the problem.
-- Locks: the keys, then stock levels in key order, then variants and products
--   of levels that cross a threshold.

create or replace function api.place_orders(orders jsonb)
    returns table (ordinal integer, status integer, replayed boolean,
                   problem text, body text)
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    drafts   core.order_draft[];
    lines    core.order_line[];
    wanted   core.order_line[];
    sums     core.order_sum[];
    sources  core.order_source[];
begin
    drafts := core.orders_read(place_orders.orders);
    lines := core.orders_price(drafts);
    sums := core.orders_sum(drafts, lines);

    wanted := array(select l from unnest(lines) l
                    join unnest(sums) s on s.ordinal = l.ordinal
                    where s.problem is null and l.quantity > 0);

    if cardinality(wanted) > 0 then
        sources := core.orders_reserve(wanted);

        if (select count(distinct s.ordinal) from unnest(sources) s)
           < (select count(distinct l.ordinal) from unnest(wanted) l)
        then
            sums := core.orders_short(lines, sums, wanted, sources);
        end if;
    end if;

    if exists (select from unnest(drafts) d
               where d.stored or d.first <> d.ordinal)
    then
        return query select r.* from core.orders_replies(
            drafts, lines, sums, sources) r;
    else
        return query
        select p.ordinal, p.status, false, p.problem, p.body
        from core.orders_place(drafts, lines, sums, sources) p;
    end if;

    -- Entered afterwards and delivered long ago.
    perform core.order_consume(d.id, o.number, d.actor_id)
    from unnest(drafts) d
    join core.orders o on o.id = d.id
    where d.status = 'delivered' and d.first = d.ordinal and not d.stored;
end
$$;
