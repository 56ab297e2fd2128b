-- Carts with goods in them that nobody has touched for some hours (the setting
-- cart.abandoned_hours, or as asked), the latest first:
-- GET /admin/carts/abandoned, for reports:read. value is what the goods came
-- to when they were put in.

create or replace function api.list_abandoned_carts(
        hours bigint, "limit" int, cursor jsonb, principal jsonb)
    returns setof api.abandoned_cart
language sql stable as $$
    select c.id, c.customer_id, t.lines, t.quantity,
           core.money(t.value, t.currency), c.coupons, c.created_at,
           c.updated_at, jsonb_build_array(c.updated_at, c.id)
    from core.cart c
    cross join lateral (
        select count(*) as lines, sum(i.quantity)::bigint as quantity,
               sum(i.quantity * i.unit_price)::bigint as value,
               min(i.currency) as currency
        from core.cart_item i where i.cart_id = c.id) t
    where c.status = 'open' and t.lines > 0
          and c.updated_at < now() - interval '1 hour'
              * coalesce(list_abandoned_carts.hours,
                         core.setting_number('cart.abandoned_hours', 4))
          and (list_abandoned_carts.cursor is null
               or (c.updated_at, c.id)
                  < ((list_abandoned_carts.cursor ->> 0)::timestamptz,
                     (list_abandoned_carts.cursor ->> 1)::uuid))
    order by c.updated_at desc, c.id desc
    limit list_abandoned_carts."limit"
$$;

grant select on core.cart, core.cart_item, core.setting to store_api;
