-- First stage of api.place_orders: the group as rows.
--
-- Takes the keys of the group (advisory locks in hash order, held to the end
-- of the transaction), so that a second group with one of them waits here and
-- then finds the stored answer. The locks come before any row lock.

create or replace function core.orders_read(orders jsonb)
    returns core.order_draft[]
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(k.hash)
    from (select distinct hashtextextended(o._scope || ' ' || o._key, 0)
          from jsonb_to_recordset(orders_read.orders)
               as o(_scope text, _key text)
          order by 1) as k(hash);

    return array(
        select row(o.n,
                   min(o.n) over w,
                   coalesce(s.fingerprint,
                            first_value(o._fingerprint) over w)
                   = o._fingerprint,
                   s.key is not null,
                   o._id, o._scope, o._key, o._fingerprint,
                   o._staff, o._english, o._actor,
                   o._customer, o._name, o._email,
                   coalesce(o.kind, 'sale'), coalesce(o.region, 'BR'),
                   o.currency, o.shipping_method, o.shipping_address,
                   o.payment_method, o.reference,
                   coalesce(o.placed_at, date_trunc('milliseconds', now())),
                   o.expected_total, o.items)::core.order_draft
        from rows from (jsonb_to_recordset(orders_read.orders)
                 as (_id uuid, _scope uuid, _key text, _fingerprint text,
                     _staff boolean, _english boolean, _actor uuid,
                     _customer uuid, _name text, _email text,
                     kind text, region text, currency text,
                     shipping_method text, shipping_address text,
                     payment_method text, reference text,
                     placed_at timestamptz, expected_total bigint,
                     items jsonb))
             with ordinality
             as o(_id, _scope, _key, _fingerprint, _staff, _english, _actor,
                  _customer, _name, _email, kind, region, currency,
                  shipping_method, shipping_address, payment_method,
                  reference, placed_at, expected_total, items, n)
        left join core.order_request s
               on s.scope = o._scope and s.key = o._key
        window w as (partition by o._scope, o._key order by o.n)
        order by o.n);
end
$$;
