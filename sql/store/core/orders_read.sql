-- First stage of api.place_orders: the group as rows, each order priced and
-- summed up, or with the problem that keeps it from being one.
--
-- A key that another group uses at this moment is not seen: both then store an
-- answer for it, the second waits for the first by the primary key, fails and
-- finds the stored answer when it is sent again. References are alike.
--
-- Who asks placed it, but for a guest, who asks by the id of his cart: that is
-- told to nobody else (core.order_mine), so nobody is said to have placed it.
--
-- An order that is answered already is not priced: it has no lines. Repeats
-- within the group are found afterwards (core.orders_repeated).

create or replace function core.orders_read(orders jsonb)
    returns core.order_head[]
language plpgsql as $$
declare
    lists  boolean := core.price_lists_exist();
    deals  boolean := core.promotions_exist();
begin
    return array(
        select row(o.n, o.n,
                   coalesce(s.fingerprint = o._fingerprint, true),
                   s.key is not null,
                   case when o.placed_at is null then o._id
                        else core.uuid_moved(o._id, o.placed_at) end,
                   o._scope, o._key, o._fingerprint,
                   coalesce(o._actor, nullif(o._scope, o.cart_id)),
                   o._customer, o._name, o._email,
                   coalesce(o.kind, 'sale'), t.status,
                   case when o._english then t.label_en else t.label_pt end,
                   r.region, o.shipping_method, o.shipping_address,
                   o.payment_method, o.reference,
                   coalesce(o.placed_at, date_trunc('milliseconds', now())),
                   o.cart_id, l.currency, g.sign * l.subtotal, l.discount,
                   l.shipping, l.shipping_discount, l.shipping_tax,
                   g.sign * l.tax, g.sign * l.tax_included,
                   g.sign * l.total, l.weight, p.code,
                   case when p.code is not null then core.orders_details(
                        l.lines, l.offers, p.code, l.total, l.currency) end,
                   case when s.key is not null then null
                        when g.sign < 0 then core.lines_negated(l.lines)
                        else coalesce(l.lines, '{}') end,
                   l.offers)::core.order_head
        from rows from (jsonb_to_recordset(orders_read.orders)
                 as (_id uuid, _scope uuid, _key text,
                     _fingerprint text, _staff boolean,
                     _english boolean, _actor uuid, _customer uuid,
                     _name text, _email text, kind text, status text,
                     region text, currency text, shipping_method text,
                     shipping_address text, payment_method text,
                     reference text, placed_at timestamptz,
                     expected_total jsonb, items jsonb, coupon text,
                     coupons text[], cart_id uuid, _problem text))
             with ordinality
             as o(_id, _scope, _key, _fingerprint, _staff, _english,
                  _actor, _customer, _name, _email, kind, status, region,
                  currency, shipping_method, shipping_address,
                  payment_method, reference, placed_at, expected_total,
                  items, coupon, coupons, cart_id, _problem, n)
        join core.order_status t
          on t.status = case o.kind when 'credit' then 'refunded'
                        else coalesce(o.status, 'pending') end
        left join core.order_request s
               on s.scope = o._scope and s.key = o._key
        cross join lateral (
            select case o.kind when 'credit' then -1 else 1 end) g(sign)
        cross join lateral (select coalesce(o.region, 'BR')) r(region)
        cross join lateral core.price_one(
                case when s.key is null then o.items end, r.region,
                o.currency, o.shipping_method,
                case when o.coupon is null then o.coupons
                     else array[o.coupon] || o.coupons end,
                o._customer, o._staff, g.sign < 0, lists, deals, now()) l
        cross join lateral (select case
                when o._problem is not null then o._problem
                when l.lines is null then 'cart_empty'
                when l.problem <> 'unknown_shipping_method' then l.problem
                when l.currency <> o.currency
                     or l.currency <> o.expected_total ->> 'currency'
                     then 'currency_mismatch'
                when l.problem is not null then l.problem
                when o.reference is not null
                     and core.orders_reference(orders_read.orders, o.n,
                                               o.reference)
                     then 'reference_taken'
                when l.offers is not null
                     and core.offers_problem(l.offers) is not null
                     then core.offers_problem(l.offers)
                when (o.expected_total ->> 'amount')::bigint <> l.total
                     then 'price_changed' end
            offset 0) as p(code)
        order by o.n);
end
$$;


-- Marks those that have the key of an earlier one of the group, which answers
-- for them: they have no lines. Seldom needed, and then known by the keys.
create or replace function core.orders_repeated(heads core.order_head[])
    returns core.order_head[]
language plpgsql as $$
declare
    again  record;
begin
    for again in
        select r.*
        from (select h.ordinal, min(h.ordinal) over w as first,
                     h.fingerprint = first_value(h.fingerprint) over w as same
              from unnest(heads) h
              where not h.stored
              window w as (partition by h.scope, h.key
                           order by h.ordinal)) r
        where r.first <> r.ordinal
    loop
        heads[again.ordinal].first := again.first;
        heads[again.ordinal].same := again.same;
        heads[again.ordinal].lines := null;
        heads[again.ordinal].offers := null;
    end loop;

    return heads;
end
$$;
