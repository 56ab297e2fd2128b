-- First stage of api.place_orders: the group as rows.
--
-- Takes the keys of the group, and references in other systems, by advisory
-- locks in hash order, held to the end of the transaction: a second group
-- with one of them waits here and then finds the stored answer. They come
-- before any row lock.

create or replace function core.orders_read(orders jsonb)
    returns core.order_draft[]
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(k.hash)
    from (select hashtextextended(o._scope || ' ' || o._key, 0)
          from jsonb_to_recordset(orders_read.orders)
               as o(_scope text, _key text)
          union
          select hashtextextended(o.reference, 1)
          from jsonb_to_recordset(orders_read.orders) as o(reference text)
          where o.reference is not null
          order by 1) as k(hash);

    return array(
        select row(o.n, min(o.n) over w,
                   coalesce(s.fingerprint,
                            first_value(o._fingerprint) over w)
                   = o._fingerprint,
                   s.key is not null,
                   case when o.placed_at is null then o._id
                        else core.uuid_moved(o._id, o.placed_at) end,
                   o._scope, o._key, o._fingerprint, o._staff,
                   o._english, o._actor, o._customer, o._name, o._email,
                   coalesce(o.kind, 'sale'), coalesce(o.region, 'BR'),
                   coalesce(o.currency, o.expected_total ->> 'currency'),
                   o.shipping_method, o.shipping_address,
                   o.payment_method, o.reference,
                   coalesce(o.placed_at, date_trunc('milliseconds', now())),
                   (o.expected_total ->> 'amount')::bigint, o.items,
                   t.status,
                   case when o._english then t.label_en else t.label_pt end
                  )::core.order_draft
        from rows from (jsonb_to_recordset(orders_read.orders)
                 as (_id uuid, _scope uuid, _key text, _fingerprint text,
                     _staff boolean, _english boolean, _actor uuid,
                     _customer uuid, _name text, _email text,
                     kind text, status text, region text, currency text,
                     shipping_method text, shipping_address text,
                     payment_method text, reference text,
                     placed_at timestamptz, expected_total jsonb,
                     items jsonb))
             with ordinality
             as o(_id, _scope, _key, _fingerprint, _staff, _english, _actor,
                  _customer, _name, _email, kind, status, region, currency,
                  shipping_method, shipping_address, payment_method,
                  reference, placed_at, expected_total, items, n)
        join core.order_status t
          on t.status = case o.kind when 'credit' then 'refunded'
                        else coalesce(o.status, 'pending') end
        left join core.order_request s
               on s.scope = o._scope and s.key = o._key
        window w as (partition by o._scope, o._key order by o.n)
        order by o.n);
end
$$;
