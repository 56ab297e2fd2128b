-- Of api.place_orders, when something takes off the price: coupons that are
-- shared out among the orders of a group, and their redemption.


-- The problem of the first coupon that does not count.
create or replace function core.offers_problem(offers core.price_offer[])
    returns text
language plpgsql immutable as $$
begin
    for i in 1 .. cardinality(offers) loop
        if offers[i].problem is not null then
            return offers[i].problem;
        end if;
    end loop;

    return null;
end
$$;


-- The members of that problem.
create or replace function core.coupon_details(offers core.price_offer[],
                                               code text, currency text)
    returns text
language plpgsql stable as $$
begin
    return (
        select json_build_object('errors', json_agg(json_build_object(
                   'pointer', '/coupon', 'code', o.problem,
                   'coupon', o.code)))::text
        from unnest(offers) o where o.problem = coupon_details.code);
end
$$;


-- The promotions of an order, as core.order_documents() shows them.
create or replace function core.offers_text(offers core.price_offer[],
                                            currency text)
    returns text
language plpgsql stable as $$
begin
    return coalesce((
        select json_agg(json_build_object(
                   'code', o.code, 'name', o.name, 'kind', o.kind,
                   'discount', core.money(o.discount, offers_text.currency),
                   'shipping_discount', core.money(o.shipping_discount,
                                                   offers_text.currency)))
        from unnest(offers) o)::text, '[]');
end
$$;


-- Refuses the orders that come too late for a coupon of which there are not
-- enough for the whole group. An order that fails later for want of goods has
-- taken its turn.
create or replace function core.orders_ration_offers(heads core.order_head[])
    returns core.order_head[]
language plpgsql as $$
declare
    late  record;
begin
    for late in
        select r.ordinal, r.code,
               case when r.turn > r.total_limit - r.used
                    then 'coupon_exhausted' else 'coupon_used' end as problem
        from (select h.ordinal, o.code, p.total_limit, u.used,
                     p.customer_limit, h.customer_id, p.id,
                     row_number() over (partition by p.id
                                        order by h.ordinal) as turn,
                     row_number() over (partition by p.id, h.customer_id
                                        order by h.ordinal) as his
              from unnest(heads) h
              cross join lateral unnest(h.offers) o
              join core.promotion p on p.id = o.promotion_id
              join core.promotion_use u on u.promotion_id = p.id
              where h.problem is null and h.lines is not null
                    and p.code is not null) r
        where r.turn > r.total_limit - r.used
              or r.his > r.customer_limit
                         - core.promotion_uses(r.id, r.customer_id)
        order by r.ordinal
    loop
        heads[late.ordinal].problem := late.problem;
        heads[late.ordinal].details := json_build_object(
            'errors', json_build_array(json_build_object(
                'pointer', '/coupon', 'code', late.problem,
                'coupon', late.code)));
    end loop;

    return heads;
end
$$;


-- Writes what was taken off the orders that were placed, and counts their
-- coupons: the very last thing before the commit, since orders with one coupon
-- queue for its row.
--
-- Raises: 40001 when others have redeemed it meanwhile; the group is to begin
--   anew, and then knows.
-- Locks: the counters of the coupons, by promotion.
create or replace function core.orders_redeem(heads core.order_head[])
    returns void
language plpgsql as $$
begin
    insert into core.order_promotion
           (order_id, promotion_id, customer_id, code, name, kind, discount,
            shipping_discount, position)
    select h.id, o.promotion_id, h.customer_id, p.code, o.name, o.kind,
           o.discount, o.shipping_discount, o.n
    from unnest(heads) h
    cross join lateral unnest(h.offers) with ordinality
               as o(promotion_id, code, name, kind, discount,
                    shipping_discount, minimum, shares, problem, n)
    join core.promotion p on p.id = o.promotion_id
    where h.problem is null and h.lines is not null and o.problem is null;

    perform from core.promotion_use u
    where u.promotion_id in (select o.promotion_id from unnest(heads) h
                             cross join lateral unnest(h.offers) o
                             where h.problem is null
                                   and h.lines is not null)
    order by u.promotion_id
    for update;

    update core.promotion_use u
    set used = u.used + n.uses
    from (select o.promotion_id, count(*) as uses
          from unnest(heads) h
          cross join lateral unnest(h.offers) o
          join core.promotion p on p.id = o.promotion_id
          where h.problem is null and h.lines is not null
                and p.code is not null
          group by o.promotion_id) n
    where u.promotion_id = n.promotion_id;

    if exists (
        select from unnest(heads) h
        cross join lateral unnest(h.offers) o
        join core.promotion p on p.id = o.promotion_id
        join core.promotion_use u on u.promotion_id = p.id
        where h.problem is null and h.lines is not null
              and p.code is not null
              and (u.used > p.total_limit
                   or core.promotion_uses(p.id, h.customer_id)
                      > p.customer_limit))
    then
        raise exception using errcode = '40001',
            message = 'a coupon was redeemed while orders were prepared';
    end if;
end
$$;


-- A canceled order gives its coupons back. After its stock: that is the order
-- in which placing locks.
create or replace function core.promotions_release(order_id uuid)
    returns void
language plpgsql as $$
declare
    given  bigint[] := array(
        select p.promotion_id from core.order_promotion p
        where p.order_id = promotions_release.order_id
              and p.released_at is null
        order by p.promotion_id);
begin
    if given = '{}' then
        return;
    end if;

    update core.order_promotion p
    set released_at = now()
    where p.order_id = promotions_release.order_id;

    perform from core.promotion_use u
    where u.promotion_id = any (given)
    order by u.promotion_id
    for update;

    update core.promotion_use u
    set used = u.used - 1
    from core.promotion p
    where u.promotion_id = any (given) and u.used > 0
          and p.id = u.promotion_id and p.code is not null;
end
$$;
