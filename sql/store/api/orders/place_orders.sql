-- Places a group of orders: POST /orders, called by its handler, which gives
-- each order its id, scope (who asks, and places it unless an actor is named),
-- key and fingerprint.
--
-- One transaction, one answer for each order. An order that cannot be (stock,
-- price, item) is answered with its problem and does not touch the others. A
-- known key is answered as before; a key used with another body is refused.
-- Orders compete in order of arrival.
--
-- Plans are generic: what fits a group of one serves a group of a hundred, and
-- planning again would cost more than the work. They go by the indexes: a
-- plan is kept for the life of a connection, and one made while the shop is
-- new and its tables empty would read the whole of them from then on.
--
-- Answers: ordinal (from 1), status, replayed, problem and the body: the order
--   as JSON text, or the members of the problem.
-- Raises: 40001 when stock fell or a coupon was redeemed meanwhile, 23505 when
--   another group had the same key or reference: nothing was done, the group
--   is to be sent again.
-- Locks: carts, what is unique about the orders, then stock levels in key
--   order, then products and variants of levels that cross a threshold, then
--   the counters of coupons.

create or replace function api.place_orders(orders jsonb)
    returns table (ordinal integer, status integer, replayed boolean,
                   problem text, body text)
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off as $$
declare
    heads    core.order_head[];
    levels   core.stock_supply[];
    place    bigint;                      -- that has everything
    sources  core.order_source[];
    repeated boolean;
    stored   boolean;
    gone     boolean;
    offered  boolean;
    carts    boolean := place_orders.orders @? '$[*].cart_id';
begin
    if carts then
        place_orders.orders := core.orders_of_carts(place_orders.orders);
    end if;

    heads := core.orders_read(place_orders.orders);

    select count(distinct h.key) < count(*), bool_or(h.stored),
           bool_or(h.status = 'delivered' and h.lines is not null),
           bool_or(h.offers is not null)
    into repeated, stored, gone, offered
    from unnest(heads) h;

    if repeated then
        heads := core.orders_repeated(heads);
    end if;

    if offered then
        heads := core.orders_ration_offers(heads);
    end if;

    select l.levels, l.place into levels, place
    from core.orders_levels(heads) l;

    if place is not null then
        sources := array[row(null, null, null, place, null
                            )::core.order_source];
    elsif levels is not null or core.backorders_wanted(heads) then
        select s.levels, s.sources into levels, sources
        from core.orders_serve(heads, levels) s;

        perform core.orders_take(levels, true);
    end if;

    if place is null then
        heads := core.orders_short(heads, sources);
        heads := core.orders_shortfall(heads, sources);
    end if;

    if repeated or stored then
        return query
        select r.* from core.orders_replies(heads, sources) r;
    else
        return query
        select p.ordinal, p.status, false, p.problem, p.body
        from core.orders_place(heads, sources) p;
    end if;

    if place is not null then
        perform core.orders_take(levels, false);
    end if;

    if gone then
        perform core.orders_deliver(heads);
        perform core.orders_delivered(heads);
    end if;

    if offered then
        perform core.orders_redeem(heads);
    end if;

    if carts then
        perform core.carts_ordered(heads);
    end if;

    if place_orders.orders @? '$[*]._acting' then
        perform core.orders_audit(place_orders.orders, heads);
    end if;
end
$$;
