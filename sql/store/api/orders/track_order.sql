-- How far an order is, for whoever knows its number and the e-mail address it
-- was placed with: POST /orders/track, for everybody. An order that is not
-- there and one of somebody else look the same, and nothing about people is
-- told.
--
-- Raises: CM404 order_not_found.

create or replace function api.track_order(body jsonb, language text)
    returns table (number bigint, status text, status_label text,
                   fulfilment_status text, placed_at timestamptz,
                   updated_at timestamptz, shipping_method text,
                   payment_status text, amount_due jsonb, items jsonb, fulfilments jsonb,
                   returns jsonb)
language plpgsql stable security definer
    set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select o.number, o.status,
           case track_order.language when 'en' then s.label_en
                else s.label_pt end,
           o.fulfilment_status, o.placed_at, o.updated_at, o.shipping_method,
           (select p.status from core.payment p
             where p.order_id = o.id
             order by p.provider = 'credit', p.id desc limit 1),
           core.money(core.order_due(o), o.currency),
           (select jsonb_agg(jsonb_build_object(
                       'id', i.position, 'product_id', i.product_id,
                       'variant_id', i.variant_id, 'sku', i.sku,
                       'name', i.name, 'quantity', i.quantity,
                       'shipped', i.shipped, 'delivered', i.delivered,
                       'returned', i.returned, 'short', i.short,
                       'canceled', i.canceled)
                   order by i.position)
            from core.order_item i where i.order_id = o.id),
           core.parcels_shown(o.id), core.returns_tracked(o.id)
    from core.orders o
    join core.order_status s on s.status = o.status
    where o.number = (track_order.body ->> 'number')::bigint
          and lower(o.email) = lower(track_order.body ->> 'email')
          and o.kind = 'sale';

    if not found then
        perform core.fail('order_not_found', 404);
    end if;
end
$$;
