-- Lines of a cart.


-- Adds goods to a locked cart, as items of a request name them.
-- Raises: CM422 unknown_item, CM422 cart_full.
create or replace function core.cart_add(cart core.cart, items jsonb)
    returns void
language plpgsql as $$
declare
    unknown  jsonb;
begin
    select jsonb_agg(jsonb_build_object('code', 'unknown_item', 'pointer',
                                        '/items/' || i.n - 1) order by i.n)
    into unknown
    from core.items_given(items) i
    where i.variant_id is null;

    if unknown is not null then
        perform core.fail('unknown_item', 422,
                          jsonb_build_object('errors', unknown));
    end if;

    insert into core.cart_item as t
           (cart_id, variant_id, quantity, unit_price, currency)
    select cart.id, i.variant_id, least(sum(i.quantity), 1000000),
           min(p.amount), min(p.currency)
    from core.items_given(items) i
    cross join lateral core.price_shown(
            i.variant_id, cart.currency, i.quantity) p
    group by i.variant_id
    order by min(i.n)
    on conflict (cart_id, variant_id) do update
    set quantity = least(t.quantity + excluded.quantity, 1000000),
        unit_price = excluded.unit_price, currency = excluded.currency;

    if (select count(*) from core.cart_item t where t.cart_id = cart.id) > 500
    then
        perform core.fail('cart_full', 422);
    end if;
end
$$;


-- The items of a request, in order; variant_id is null of what there is not.
create or replace function core.items_given(items jsonb)
    returns table (n bigint, variant_id bigint, quantity int)
language sql stable as $$
    select i.n, v.id, i.quantity
    from rows from (jsonb_to_recordset(items)
             as (variant_id bigint, sku text, product_id bigint,
                 quantity int))
         with ordinality as i(variant_id, sku, product_id, quantity, n)
    left join core.variant v
           on v.id = coalesce(i.variant_id,
                  (select w.id from core.variant w where w.sku = i.sku),
                  (select w.id from core.variant w
                   where w.product_id = i.product_id and w.active
                   order by w.position, w.id limit 1))
$$;


-- What a variant costs, as a buyer sees it when he takes it.
create or replace function core.price_shown(variant_id bigint, currency text,
                                            quantity int)
    returns table (amount bigint, currency text)
language sql stable as $$
    select coalesce(
               case when core.price_lists_exist() then core.price_listed(
                    v.id, coalesce(price_shown.currency, v.currency),
                    price_shown.quantity, now()) end,
               case when coalesce(price_shown.currency = v.currency, true)
                    then v.price_amount end),
           coalesce(price_shown.currency, v.currency)
    from core.variant v
    where v.id = price_shown.variant_id
$$;
