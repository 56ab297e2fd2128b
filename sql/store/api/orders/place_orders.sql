-- Places a group of orders: POST /orders, called by its handler, which gives
-- each order its id, scope (who asks), key and fingerprint.
--
-- One transaction, one answer for each order. An order that cannot be (stock,
-- price, item) is answered with its problem and does not touch the others. A
-- known key is answered as before; a key used with another body is refused.
-- Orders compete in order of arrival.
--
-- Plans are generic: what fits a group of one serves a group of a hundred, and
-- planning again would cost more than the work.
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
    heads    core.order_head[];
    sources  core.order_source[];
    repeats  boolean;
    gone     boolean;
begin
    heads := core.orders_read(place_orders.orders);
    sources := core.orders_reserve(heads);

    if sources is not null and sources[1].location_id is null
       or sources[1].ordinal is not null
    then
        heads := core.orders_short(heads, sources);
    end if;

    select bool_or(h.stored or h.first <> h.ordinal),
           bool_or(h.status = 'delivered' and h.lines is not null)
    into repeats, gone
    from unnest(heads) h;

    if repeats then
        return query
        select r.* from core.orders_replies(heads, sources) r;
    else
        return query
        select p.ordinal, p.status, false, p.problem, p.body
        from core.orders_place(heads, sources) p;
    end if;

    if gone then
        perform core.orders_deliver(heads);
    end if;
end
$$;
