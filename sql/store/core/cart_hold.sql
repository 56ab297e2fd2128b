-- Goods that carts hold for a time while their buyers pay. Levels are locked
-- in key order, after the cart.


-- Holds all goods of a locked cart, anew when it holds some already, each from
-- one location if one has enough, by priority; of what may be ordered before
-- it is there, as much as there is.
-- Raises: CM409 insufficient_stock, with the lines.
create or replace function core.cart_hold(cart core.cart) returns timestamptz
language plpgsql as $$
declare
    minutes  bigint := core.setting_number('cart.reserve_minutes', 15);
    until    timestamptz := now() + minutes * interval '1 minute';
    crossed  bigint[];
    short    jsonb;
begin
    if minutes = 0 then
        perform core.fail('reservation_off', 409);
    end if;

    -- Those of the old hold and of the new one, in one order.
    perform core.stock_lock(array(
        select t.variant_id from core.cart_item t where t.cart_id = cart.id
        union
        select h.variant_id from core.cart_hold h where h.cart_id = cart.id
        order by 1), null);

    if cart.held_until is not null then
        perform core.carts_release(array[cart.id], false);
    end if;

    insert into core.cart_hold (cart_id, variant_id, location_id, quantity)
    select cart.id, k.variant_id, k.location_id, k.quantity
    from core.cart_sources(cart.id) k
    where k.quantity > 0;

    select jsonb_agg(jsonb_build_object(
               'code', 'insufficient_stock', 'variant_id', t.variant_id,
               'pointer', '/items/' || t.position - 1,
               'requested', t.quantity, 'available', coalesce(h.held, 0))
               order by t.position)
    into short
    from (select i.*, row_number() over (order by i.added_at, i.variant_id)
                 as position
          from core.cart_item i where i.cart_id = cart.id) t
    left join (select g.variant_id, sum(g.quantity) as held
               from core.cart_hold g where g.cart_id = cart.id
               group by g.variant_id) h on h.variant_id = t.variant_id
    where coalesce(h.held, 0) < t.quantity
          and not exists (select from core.variant b
                          where b.id = t.variant_id and b.backorder);

    if short is not null then
        perform core.fail('insufficient_stock', 409,
                          jsonb_build_object('errors', short));
    end if;

    crossed := core.holds_crossing(array[cart.id], 1);

    update core.stock_level s
    set reserved = s.reserved + h.quantity, version = s.version + 1,
        updated_at = now()
    from core.cart_hold h
    where h.cart_id = cart.id and s.variant_id = h.variant_id
          and s.location_id = h.location_id;

    update core.cart c set held_until = until where c.id = cart.id;

    perform core.availability_refresh(crossed);
    return until;
end
$$;


-- Where the goods of a cart would come from: the first location that has a
-- line whole, else several, by priority. The levels are locked.
create or replace function core.cart_sources(cart_id uuid)
    returns table (variant_id bigint, location_id bigint, quantity bigint)
language sql stable as $$
    select t.variant_id, s.location_id,
           least(s.available, t.quantity - coalesce(sum(s.available) over (
               partition by t.variant_id
               order by s.available >= t.quantity desc, s.priority,
                        s.location_id
               rows between unbounded preceding and 1 preceding), 0))::bigint
    from core.cart_item t
    cross join lateral (
        select v.location_id, v.on_hand - v.reserved as available, c.priority
        from core.stock_level v
        join core.location c on c.id = v.location_id and c.active
        where v.variant_id = t.variant_id and v.on_hand > v.reserved) s
    where t.cart_id = cart_sources.cart_id
$$;


-- The variants whose availability changes when these carts' holds are taken
-- (sign 1) or given back (-1).
create or replace function core.holds_crossing(carts uuid[], sign int)
    returns bigint[]
language plpgsql stable as $$
begin
    return (
        select array(
            select s.variant_id
            from core.stock_level s
            join core.location c on c.id = s.location_id and c.active
            left join (select h.variant_id, h.location_id,
                              sum(h.quantity) as quantity
                       from core.cart_hold h where h.cart_id = any (carts)
                       group by h.variant_id, h.location_id) g
                   on g.variant_id = s.variant_id
                  and g.location_id = s.location_id
            where s.variant_id in (select h.variant_id from core.cart_hold h
                                   where h.cart_id = any (carts))
            group by s.variant_id
            having core.stock_class(sum(s.on_hand - s.reserved),
                                    sum(s.threshold))
                   <> core.stock_class(
                          sum(s.on_hand - s.reserved
                              - sign * coalesce(g.quantity, 0)),
                          sum(s.threshold))));
end
$$;


-- Gives back what locked carts hold; supply false: the caller takes it again.
create or replace function core.carts_release(carts uuid[],
                                              supply boolean default true)
    returns void
language plpgsql as $$
declare
    crossed  bigint[];
begin
    perform core.stock_lock(array(
        select distinct h.variant_id from core.cart_hold h
        where h.cart_id = any (carts) order by 1), null);

    crossed := core.holds_crossing(carts, -1);

    with gone as (
        delete from core.cart_hold h where h.cart_id = any (carts)
        returning h.variant_id, h.location_id, h.quantity
    )
    update core.stock_level s
    set reserved = s.reserved - g.quantity, version = s.version + 1,
        updated_at = now()
    from (select d.variant_id, d.location_id, sum(d.quantity) as quantity
          from gone d group by d.variant_id, d.location_id) g
    where s.variant_id = g.variant_id and s.location_id = g.location_id;

    update core.cart c set held_until = null
    where c.id = any (carts) and c.held_until is not null;

    perform core.availability_refresh(crossed, supply);
end
$$;


-- A number that an administrator may have set.
create or replace function core.setting_number(key text, otherwise bigint)
    returns bigint
language plpgsql stable as $$
begin
    return (
        select coalesce((
            select (s.value #>> '{}')::bigint from core.setting s
            where s.key = setting_number.key
                  and jsonb_typeof(s.value) = 'number'), otherwise));
end
$$;
