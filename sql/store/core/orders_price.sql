-- Second stage of api.place_orders: each line with its variant, price and
-- tax, as they are now. Takes no lock. Tax is rounded half up for each line.
-- What would leave the range of the API's integers is a problem of its line:
-- an overflow would undo the whole group.

create or replace function core.orders_price(drafts core.order_draft[])
    returns core.order_line[]
language plpgsql stable as $$
begin
    return array(
        select row(d.ordinal, i.position, q.sign * i.quantity,
                   v.id, v.product_id, u.price, q.sign * t.tax,
                   q.sign * (u.price * i.quantity + t.tax),
                   i.quantity::bigint * v.weight_grams,
                   u.currency, v.sku,
                   case v.name when '' then p.name
                               else p.name || ' ' || v.name end,
                   case when v.id is null then 'unknown_item'
                        when u.price = 0 and u.full_price > 0
                             then 'amount_too_large'
                        when not d.staff
                             and (p.status <> 'active' or not v.active)
                             then 'unavailable_item' end)::core.order_line
        from unnest(orders_price.drafts) d
        cross join lateral rows from (
                jsonb_to_recordset(d.items)
                as (variant_id bigint, sku text, product_id bigint,
                    quantity integer, unit_amount bigint))
             with ordinality
             as i(variant_id, sku, product_id, quantity, unit_amount, position)
        left join core.variant v
               on v.id = coalesce(i.variant_id,
                      (select w.id from core.variant w where w.sku = i.sku),
                      (select w.id from core.variant w
                       where w.product_id = i.product_id and w.active
                       order by w.position, w.id limit 1))
        left join core.product p on p.id = v.product_id
        left join core.tax_rate r
               on r.region = d.region and r.tax_class = v.tax_class
        cross join lateral (select
            case d.kind when 'credit' then -1 else 1 end) as q(sign)
        cross join lateral (select coalesce(i.unit_amount, v.price_amount))
            as f(price)
        cross join lateral (select f.price,
            case when f.price <= 1000000000000000 / i.quantity
                 then f.price else 0 end,
            case when i.unit_amount is null then v.currency
                 else coalesce(d.currency, v.currency) end)
            as u(full_price, price, currency)
        cross join lateral (select case when r.rate_ppm is null then 0
            else div((u.price * i.quantity)::numeric * r.rate_ppm + 500000,
                     1000000)::bigint end)
            as t(tax)
        where d.first = d.ordinal and not d.stored);
end
$$;
