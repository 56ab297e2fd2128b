-- Last stage of api.place_orders: writes the orders that are in order, with
-- their lines, outbox row and stored answer, and the stored answers of those
-- refused. Answers a row for each. How an order begins is a row only when the
-- order does not say it (core.order_history).
--
-- The document is what core.order_documents() shows, as text.

create or replace function core.orders_place(heads core.order_head[],
                                             sources core.order_source[])
    returns table (ordinal integer, status integer, problem text, body text)
language plpgsql as $$
declare
    -- where everything comes from, if that is one place
    place  bigint := case when sources[1].ordinal is null
                          then sources[1].location_id end;
begin
    return query
    with answer as materialized (
        select h.*, n.number, m.tail, i.items,
               core.time_text(h.placed_at) as placed_text
        from unnest(heads) h
        cross join lateral (
            select case when h.problem is null
                        then nextval('core.order_number') end) n(number)
        cross join lateral (
            select concat(',"currency":"', h.currency, '"}')) m(tail)
        cross join lateral (
            select string_agg(concat(
                   '{"id":', l.position, ',"product_id":', l.product_id,
                   ',"variant_id":', l.variant_id, ',"sku":', to_json(l.sku),
                   ',"name":', to_json(l.name), ',"quantity":', l.quantity,
                   ',"unit_price":{"amount":', l.unit_price, m.tail,
                   ',"discount":{"amount":', l.discount, m.tail,
                   ',"tax":{"amount":', l.tax, m.tail,
                   ',"total":{"amount":', l.total, m.tail,
                   case when place is not null and h.status <> 'delivered'
                        then ',"shipped":0,"delivered":0,"returned":0,"short":0,'
                             '"canceled":0}'
                        else core.order_line_progress(l, h, sources) end),
                   ',')
            from unnest(h.lines) l
            where h.problem is null) i(items)
        where h.lines is not null
    ),
    reply as materialized (
        select a.ordinal,
               case when a.problem is null then 201
                    else core.order_refusal(a.problem) end as status,
               a.problem,
               case when a.problem is not null then a.details else concat(
               '{"id":"', a.id, '","number":', a.number,
               ',"status":"', a.status, '","status_label":"', a.label,
               '","kind":"', a.kind,
               '","customer_id":', coalesce(to_json(a.customer_id), 'null'),
               ',"name":', coalesce(to_json(a.name), 'null'),
               ',"email":', coalesce(to_json(a.email), 'null'),
               ',"region":', to_json(a.region),
               ',"items":[', a.items,
               '],"subtotal":{"amount":', a.subtotal, a.tail,
               ',"discount_total":{"amount":', a.discount, a.tail,
               ',"shipping_total":{"amount":', a.shipping, a.tail,
               ',"shipping_discount":{"amount":', a.shipping_discount,
               a.tail, ',"tax_total":{"amount":', a.tax, a.tail,
               ',"tax_included":{"amount":', a.tax_included, a.tail,
               ',"promotions":',
               case when a.offers is null then '[]'
                    else core.offers_text(a.offers, a.currency) end,
               ',"total":{"amount":', a.total, a.tail,
               ',"canceled_total":{"amount":0', a.tail,
               ',"shipping_method":',
               coalesce(to_json(a.shipping_method), 'null'),
               ',"shipping_address":',
               coalesce(to_json(a.shipping_address), 'null'),
               ',"payment_method":',
               coalesce(to_json(a.payment_method), 'null'),
               ',"payment_reference":null,"reference":',
               coalesce(to_json(a.reference), 'null'),
               ',"tracking":null,"fulfilment_status":"',
               case a.status when 'delivered' then 'delivered'
                    else 'unfulfilled' end,
               '","placed_at":"', a.placed_text,
               '","updated_at":"', core.time_text(now()),
               '","version":1}') end as body,
               a.id, a.scope, a.key, a.fingerprint
        from answer a
    ),
    orders as (
        insert into core.orders
               (id, number, placed_at, subtotal, discount_total,
                shipping_total, tax_total, total, shipping_discount,
                shipping_tax, tax_included, weight_grams, customer_id,
                currency, status, kind, region, name, email,
                shipping_method, shipping_address, payment_method, reference,
                fulfilment_status)
        select a.id, a.number, a.placed_at, a.subtotal, a.discount,
               a.shipping, a.tax, a.total, a.shipping_discount,
               a.shipping_tax, a.tax_included, a.weight, a.customer_id,
               a.currency, a.status, a.kind, a.region, a.name, a.email,
               a.shipping_method, a.shipping_address, a.payment_method,
               a.reference, case a.status when 'delivered' then 'delivered'
                            else 'unfulfilled' end
        from answer a where a.problem is null
    ),
    items as (
        insert into core.order_item
               (order_id, position, quantity, variant_id, product_id,
                location_id, unit_price, discount, tax, tax_included, total,
                sku, name, split, short, shipped, delivered)
        select a.id, l.position, l.quantity, l.variant_id, l.product_id,
               case when a.kind = 'sale' then coalesce(place, s.location_id)
                    end,
               l.unit_price, l.discount, l.tax, l.tax_included, l.total,
               l.sku, l.name, s.split, coalesce(s.short, 0), g.gone,
               g.gone
        from answer a
        cross join lateral unnest(a.lines) l
        cross join lateral (select case when a.status = 'delivered'
                                        then l.quantity else 0 end) g(gone)
        left join lateral core.orders_source(sources, a.ordinal, l.position) s
               on place is null
        where a.problem is null
    ),
    events as (
        insert into core.order_event
               (order_id, version, actor_id, type, to_status)
        select a.id, 1, a.actor_id, 'order.created', a.status
        from answer a
        where a.problem is null
              and (a.actor_id is distinct from a.customer_id
                   or a.status <> 'pending'
                   or a.placed_at <> date_trunc('milliseconds', now()))
    ),
    outbox as (
        insert into core.outbox (version, type, subject, data)
        select 1, 'order.created', a.id::text,
               concat(
               '{"order_id":"', a.id, '","number":', a.number,
               ',"status":"', a.status,
               '","customer_id":', coalesce(to_json(a.customer_id), 'null'),
               ',"currency":"', a.currency,
               '","total":{"amount":', a.total, a.tail,
               ',"region":', to_json(a.region),
               ',"placed_at":"', a.placed_text,
               '","items":[', a.items, ']}')
        from answer a where a.problem is null
        returning outbox.subject, outbox.version, outbox.ctid
    ),
    waiting as (
        insert into core.outbox_waiting (created_at, subjects, versions,
                                         places)
        select now(), array_agg(o.subject), array_agg(o.version),
               array_agg(o.ctid)
        from outbox o
        having count(*) > 0
    ),
    requests as (
        insert into core.order_request
               (scope, key, fingerprint, status, order_id, problem, body)
        select r.scope, r.key, r.fingerprint, r.status,
               case when r.problem is null then r.id end, r.problem, r.body
        from reply r
    )
    select r.ordinal, r.status, r.problem, r.body from reply r;
end
$$;


-- Where a line comes from: a location, or parts from several; and what is
-- not there yet.
create or replace function core.orders_source(sources core.order_source[],
                                              ordinal integer,
                                              "position" integer)
    returns table (location_id bigint, split jsonb, short bigint)
language sql stable as $$
    select case count(s.location_id) when 1 then min(s.location_id) end,
           case when count(s.location_id) > 1 then
                jsonb_agg(jsonb_build_object('location_id', s.location_id,
                                             'quantity', s.quantity)
                          order by s.location_id)
                filter (where s.location_id is not null) end,
           coalesce(sum(s.quantity) filter (where s.location_id is null),
                    0)::bigint
    from unnest(sources) s
    where s.ordinal = orders_source.ordinal
          and s.position = orders_source.position
$$;


-- The last members of a line in the document: nothing has become of it yet,
-- but for what was delivered before it was entered, and what is short.
create or replace function core.order_line_progress(
        line core.price_line, head core.order_head,
        sources core.order_source[])
    returns text
language sql stable as $$
    select concat(',"shipped":', d.gone, ',"delivered":', d.gone,
                  ',"returned":0,"short":', coalesce(s.short, 0),
                  ',"canceled":0}')
    from (select case when head.status = 'delivered'
                           and head.kind = 'sale'
                      then line.quantity else 0 end) d(gone)
    cross join core.orders_source(sources, head.ordinal, line.position) s
$$;
