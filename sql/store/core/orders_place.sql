-- Last stage of api.place_orders: writes the orders that are in order, with
-- their lines, first event, outbox row and stored answer, and the stored
-- answers of those refused.

create or replace function core.orders_place(drafts core.order_draft[],
                                             lines core.order_line[],
                                             sums core.order_sum[],
                                             sources core.order_source[])
    returns table (ordinal integer, status integer, problem text, body text)
language plpgsql as $$
begin
    return query
    with source as materialized (
        select s.ordinal, s.position,
               case count(*) when 1 then min(s.location_id) end as location_id,
               case when count(*) > 1 then
                    jsonb_agg(jsonb_build_object('location_id', s.location_id,
                                                 'quantity', s.quantity)
                              order by s.location_id) end as split
        from unnest(orders_place.sources) s
        group by s.ordinal, s.position
    ),
    placed as materialized (
        select d.*, nextval('core.order_number') as number,
               s.subtotal, s.tax, s.shipping, s.weight, s.currency as money,
               s.subtotal + s.shipping + s.tax as total, i.items as items_text,
               core.time_text(d.placed_at) as placed_text,
               core.time_text(now()) as updated_text
        from unnest(orders_place.drafts) d
        join unnest(orders_place.sums) s on s.ordinal = d.ordinal
        join (select l.ordinal, string_agg(
                     '{"id":' || l.position
                     || ',"product_id":' || l.product_id
                     || ',"variant_id":' || l.variant_id
                     || ',"sku":' || to_json(l.sku)
                     || ',"name":' || to_json(l.name)
                     || ',"quantity":' || l.quantity
                     || ',"unit_price":'
                     || core.money_text(l.unit_price, l.currency)
                     || ',"discount":' || core.money_text(0, l.currency)
                     || ',"tax":' || core.money_text(l.tax, l.currency)
                     || ',"total":' || core.money_text(l.total, l.currency)
                     || '}', ',' order by l.position) as items
              from unnest(orders_place.lines) l
              group by l.ordinal) i on i.ordinal = d.ordinal
        where s.problem is null
        order by d.ordinal
    ),
    reply as materialized (
        select p.*,
               '{"id":"' || p.id || '","number":' || p.number
               || ',"status":"' || p.status
               || '","status_label":"' || p.label
               || '","kind":"' || p.kind
               || '","customer_id":'
               || coalesce('"' || p.customer_id || '"', 'null')
               || ',"name":' || coalesce(to_json(p.name)::text, 'null')
               || ',"email":' || coalesce(to_json(p.email)::text, 'null')
               || ',"region":' || to_json(p.region)
               || ',"items":[' || p.items_text
               || '],"subtotal":' || core.money_text(p.subtotal, p.money)
               || ',"discount_total":' || core.money_text(0, p.money)
               || ',"shipping_total":' || core.money_text(p.shipping, p.money)
               || ',"tax_total":' || core.money_text(p.tax, p.money)
               || ',"total":' || core.money_text(p.total, p.money)
               || ',"shipping_method":'
               || coalesce('"' || p.shipping_method || '"', 'null')
               || ',"shipping_address":'
               || coalesce(to_json(p.shipping_address)::text, 'null')
               || ',"payment_method":'
               || coalesce(to_json(p.payment_method)::text, 'null')
               || ',"payment_reference":null,"reference":'
               || coalesce(to_json(p.reference)::text, 'null')
               || ',"tracking":null,"placed_at":"'
               || p.placed_text || '","updated_at":"' || p.updated_text
               || '","version":1}' as body
        from placed p
    ),
    answer as materialized (
        select r.ordinal, 201 as status, null as problem, r.body, r.id,
               r.scope, r.key, r.fingerprint
        from reply r
        union all
        select d.ordinal, case when s.problem in ('insufficient_stock',
                               'unavailable_item', 'price_changed',
                               'reference_taken') then 409 else 422 end,
               s.problem, s.details, null, d.scope, d.key, d.fingerprint
        from unnest(orders_place.sums) s
        join unnest(orders_place.drafts) d on d.ordinal = s.ordinal
        where s.problem is not null
    ),
    orders as (
        insert into core.orders
               (id, number, placed_at, subtotal, shipping_total, tax_total,
                total, weight_grams, customer_id, currency, status, kind,
                region, name, email, shipping_method,
                shipping_address, payment_method, reference)
        select p.id, p.number, p.placed_at, p.subtotal, p.shipping, p.tax,
               p.total, p.weight, p.customer_id, p.money, p.status,
               p.kind, p.region, p.name, p.email, p.shipping_method,
               p.shipping_address, p.payment_method, p.reference
        from placed p
    ),
    items as (
        insert into core.order_item
               (order_id, position, quantity, variant_id, product_id,
                location_id, unit_price, tax, total, sku, name, split)
        select p.id, l.position, l.quantity, l.variant_id, l.product_id,
               s.location_id, l.unit_price, l.tax, l.total, l.sku, l.name,
               s.split
        from placed p
        join unnest(orders_place.lines) l on l.ordinal = p.ordinal
        left join source s on s.ordinal = l.ordinal
                          and s.position = l.position
    ),
    events as (
        insert into core.order_event
               (order_id, version, actor_id, type, to_status)
        select p.id, 1, p.actor_id, 'order.created', p.status
        from placed p
    ),
    outbox as (
        insert into core.outbox (version, type, subject, data)
        select 1, 'order.created', p.id::text,
               ('{"order_id":"' || p.id || '","number":' || p.number
                || ',"status":"' || p.status
                || '","customer_id":'
                || coalesce('"' || p.customer_id || '"', 'null')
                || ',"currency":"' || p.money
                || '","total":' || core.money_text(p.total, p.money)
                || ',"region":' || to_json(p.region)
                || ',"placed_at":"' || p.placed_text
                || '","items":[' || p.items_text || ']}')::json
        from placed p
    ),
    requests as (
        insert into core.order_request
               (scope, key, fingerprint, status, order_id, problem, body)
        select a.scope, a.key, a.fingerprint, a.status, a.id, a.problem,
               a.body
        from answer a
    )
    select a.ordinal, a.status, a.problem, a.body from answer a;
end
$$;


-- A time as the gateway writes timestamptz columns. Stable, so that it is
-- inlined.
create or replace function core.time_text(moment timestamptz) returns text
language sql stable as $$
    select translate((moment at time zone 'UTC')::text, ' ', 'T') || 'Z'
$$;
