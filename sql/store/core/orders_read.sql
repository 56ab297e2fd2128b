-- First stage of api.place_orders: the group as rows, each order priced and
-- summed up, or with the problem that keeps it from being one.
--
-- A key that another group uses at this moment is not seen: both then store an
-- answer for it, the second waits for the first by the primary key, fails and
-- finds the stored answer when it is sent again. References are alike.
--
-- Tax is rounded half up for each line. What would leave the range of the
-- API's integers is a problem: an overflow would undo the whole group.

create or replace function core.orders_read(orders jsonb)
    returns core.order_head[]
language plpgsql as $$
begin
    return array(
        select row(o.n, o.first,
                   coalesce(s.fingerprint, o.first_print) = o._fingerprint,
                   s.key is not null,
                   case when o.placed_at is null then o._id
                        else core.uuid_moved(o._id, o.placed_at) end,
                   o._scope, o._key, o._fingerprint, o._actor, o._customer,
                   o._name, o._email, coalesce(o.kind, 'sale'), t.status,
                   case when o._english then t.label_en else t.label_pt end,
                   coalesce(o.region, 'BR'), o.shipping_method,
                   o.shipping_address, o.payment_method, o.reference,
                   coalesce(o.placed_at, date_trunc('milliseconds', now())),
                   l.currency, l.subtotal, l.tax, f.amount, l.weight, p.code,
                   case when p.code is not null then core.orders_details(
                        l.lines, p.code, l.subtotal + f.amount + l.tax,
                        l.currency) end,
                   l.lines)::core.order_head
        from (select i.*, min(i.n) over w as first,
                     first_value(i._fingerprint) over w as first_print
              from rows from (jsonb_to_recordset(orders_read.orders)
                       as (_id uuid, _scope uuid, _key text,
                           _fingerprint text, _staff boolean,
                           _english boolean, _actor uuid, _customer uuid,
                           _name text, _email text, kind text, status text,
                           region text, currency text, shipping_method text,
                           shipping_address text, payment_method text,
                           reference text, placed_at timestamptz,
                           expected_total jsonb, items jsonb))
                   with ordinality
                   as i(_id, _scope, _key, _fingerprint, _staff, _english,
                        _actor, _customer, _name, _email, kind, status,
                        region, currency, shipping_method, shipping_address,
                        payment_method, reference, placed_at,
                        expected_total, items, n)
              window w as (partition by i._scope, i._key order by i.n)) o
        join core.order_status t
          on t.status = case o.kind when 'credit' then 'refunded'
                        else coalesce(o.status, 'pending') end
        left join core.order_request s
               on s.scope = o._scope and s.key = o._key
        cross join lateral core.orders_price(
                o.items, o.kind = 'credit', coalesce(o.region, 'BR'),
                o.currency, o._staff, o.first = o.n and s.key is null) l
        left join lateral core.shipping_for(
                o.shipping_method, coalesce(o.region, 'BR'), l.currency) m
               on true
        cross join lateral (select case
                when m.id is null or l.subtotal >= m.free_from
                     or o.kind = 'credit' then 0
                else m.base_amount + (l.weight + 999) / 1000 * m.kilo_amount
                end) as f(amount)
        cross join lateral (select case
                when l.problem is not null then l.problem
                when l.currency <> o.currency
                     or l.currency <> o.expected_total ->> 'currency'
                     then 'currency_mismatch'
                when o.shipping_method is not null and m.id is null
                     then 'unknown_shipping_method'
                when o.reference is not null
                     and core.orders_reference(orders_read.orders, o.n,
                                               o.reference)
                     then 'reference_taken'
                when (o.expected_total ->> 'amount')::bigint
                     <> l.subtotal + f.amount + l.tax
                     then 'price_changed' end) as p(code)
        order by o.n);
end
$$;


-- The lines of one order with their sums; lines is null unless `wanted`.
-- Inlined.
create or replace function core.orders_price(
        items jsonb, credit boolean, region text, currency text,
        staff boolean, wanted boolean)
    returns table (lines core.order_line[], subtotal bigint, tax bigint,
                   weight bigint, currency text, problem text)
language sql stable as $$
    select array_agg(row(i.position, i.sign * i.quantity, i.id, i.product_id,
                         i.price, i.sign * t.tax,
                         i.sign * (i.price * i.quantity + t.tax), i.sku,
                         i.name, i.problem)::core.order_line
                     order by i.position),
           sum(i.sign * i.price * i.quantity)::bigint,
           sum(i.sign * t.tax)::bigint,
           least(sum(i.quantity::bigint * i.weight_grams),
                 1000000000000)::bigint,
           min(i.currency),
           case when bool_or(i.problem = 'unknown_item') then 'unknown_item'
                when bool_or(i.problem = 'amount_too_large')
                     or sum(i.price * i.quantity) > 9000000000000000
                     then 'amount_too_large'
                when bool_or(i.problem = 'unavailable_item')
                     then 'unavailable_item'
                when min(i.currency) <> max(i.currency)
                     then 'currency_mismatch' end
    from (select n.position, n.quantity, v.id, v.product_id, v.sku,
                 v.weight_grams, v.tax_class,
                 case when credit is true then -1 else 1 end as sign,
                 case when u.price <= 1000000000000000 / n.quantity
                      then u.price else 0 end as price,
                 case when n.unit_amount is null then v.currency
                      else coalesce(orders_price.currency, v.currency)
                      end as currency,
                 case v.name when '' then p.name
                             else p.name || ' ' || v.name end as name,
                 case when v.id is null then 'unknown_item'
                      when u.price > 1000000000000000 / n.quantity
                           then 'amount_too_large'
                      when not staff
                           and (p.status <> 'active' or not v.active)
                           then 'unavailable_item' end as problem
          from rows from (jsonb_to_recordset(items)
                   as (variant_id bigint, sku text, product_id bigint,
                       quantity integer, unit_amount bigint))
               with ordinality as n(variant_id, sku, product_id, quantity,
                                    unit_amount, position)
          left join core.variant v
                 on v.id = coalesce(n.variant_id,
                        (select w.id from core.variant w where w.sku = n.sku),
                        (select w.id from core.variant w
                         where w.product_id = n.product_id and w.active
                         order by w.position, w.id limit 1))
          left join core.product p on p.id = v.product_id
          cross join lateral (select coalesce(n.unit_amount,
                                              v.price_amount)) u(price)
          where wanted) i
    left join core.tax_rate r
           on r.region = orders_price.region and r.tax_class = i.tax_class
    cross join lateral (select case when r.rate_ppm is null then 0
            else div((i.price * i.quantity)::numeric * r.rate_ppm + 500000,
                     1000000)::bigint end) as t(tax)
$$;


-- The shipping method of a code for a region (its own first) and a currency.
-- Inlined; nothing is read without a code.
create or replace function core.shipping_for(code text, region text,
                                             currency text)
    returns setof core.shipping_method
language sql stable as $$
    select m.*
    from core.shipping_method m
    where shipping_for.code is not null and m.code = shipping_for.code
          and m.active and m.currency = shipping_for.currency
          and (m.region is null or m.region = shipping_for.region)
    order by m.region nulls last limit 1
$$;
