-- An order as the API shows it, for an order's row: inlined where it is used
-- as `cross join lateral`. api.place_orders writes the same document as text.

create or replace function core.order_documents(o core.orders, language text)
    returns setof core.order_document
language sql stable as $$
    select o.id, o.number, o.status,
           (select case order_documents.language when 'en' then s.label_en
                   else s.label_pt end
            from core.order_status s where s.status = o.status),
           o.kind, o.customer_id, o.name, o.email, o.region,
           coalesce((select json_agg(core.order_item_shown(i, o.currency)
                                     order by i.position)
                     from core.order_item i where i.order_id = o.id), '[]'),
           core.money_text(o.subtotal, o.currency)::json,
           core.money_text(o.discount_total, o.currency)::json,
           core.money_text(o.shipping_total, o.currency)::json,
           core.money_text(o.tax_total, o.currency)::json,
           core.money_text(o.total, o.currency)::json,
           o.shipping_method, o.shipping_address, o.payment_method,
           o.payment_reference, o.reference, o.tracking, o.placed_at,
           o.updated_at, o.version, null::jsonb, null::bigint,
           core.money_text(o.shipping_discount, o.currency)::json,
           core.money_text(o.tax_included, o.currency)::json,
           coalesce((select json_agg(json_build_object(
                       'code', u.code, 'name', u.name, 'kind', u.kind,
                       'discount', core.money(u.discount, o.currency),
                       'shipping_discount', core.money(u.shipping_discount,
                                                       o.currency))
                       order by u.position)
                     from core.order_promotion u where u.order_id = o.id),
                    '[]'),
           o.fulfilment_status,
           core.money_text(o.canceled_total, o.currency)::json
$$;


-- A line, with what has become of it.
create or replace function core.order_item_shown(i core.order_item,
                                                 currency text)
    returns json
language sql stable as $$
    select json_build_object(
        'id', i.position, 'product_id', i.product_id,
        'variant_id', i.variant_id, 'sku', i.sku, 'name', i.name,
        'quantity', i.quantity,
        'unit_price', core.money(i.unit_price, order_item_shown.currency),
        'discount', core.money(i.discount, order_item_shown.currency),
        'tax', core.money(i.tax, order_item_shown.currency),
        'total', core.money(i.total, order_item_shown.currency),
        'shipped', i.shipped, 'delivered', i.delivered,
        'returned', i.returned, 'short', i.short, 'canceled', i.canceled)
$$;


-- The id that a path means: itself, or that of the order with this number.
create or replace function core.order_id(given text) returns uuid
language sql stable as $$
    select case when given like '%-%' then given::uuid
                else (select o.id from core.orders o
                      where o.number = given::bigint) end
$$;


-- A status by its own name or its Portuguese one; null for any other.
create or replace function core.order_status_named(given text) returns text
language sql stable as $$
    select s.status from core.order_status s
    where given in (s.status, s.label_pt)
$$;
