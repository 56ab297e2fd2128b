-- Of api.place_orders: the goods of sales that are entered afterwards and were
-- delivered long ago leave at once, for the whole group in three statements.
-- What core.fulfilment_put does for one order that is shipped.
--
-- Takes no lock: the reservation has just locked the levels.

create or replace function core.orders_deliver(heads core.order_head[])
    returns void
language plpgsql as $$
begin
    with held as materialized (
        select l.variant_id, l.location_id, l.quantity, o.number, h.actor_id
        from unnest(heads) h
        join core.orders o on o.id = h.id
        join core.order_held(array(
                 select d.id from unnest(heads) d
                 where d.status = 'delivered' and d.lines is not null)) l
             on l.order_id = h.id
    ),
    gone as (
        update core.stock_level s
        set on_hand = s.on_hand - h.quantity,
            reserved = s.reserved - h.quantity,
            version = s.version + 1, updated_at = now()
        from (select l.variant_id, l.location_id,
                     sum(l.quantity)::bigint as quantity
              from held l
              group by l.variant_id, l.location_id) h
        where s.variant_id = h.variant_id and s.location_id = h.location_id
        returning s.variant_id, s.location_id,
                  s.on_hand + h.quantity as on_hand
    )
    insert into core.stock_movement (variant_id, location_id, kind, delta,
                                     balance, reference, actor_id)
    select h.variant_id, h.location_id, 'shipment', -h.quantity,
           g.on_hand - sum(h.quantity) over (
               partition by h.variant_id, h.location_id order by h.number),
           h.number::text, h.actor_id
    from held h
    join gone g on g.variant_id = h.variant_id
                and g.location_id = h.location_id
    order by h.variant_id, h.location_id, h.number;
end
$$;


-- Their fulfilments: one each, delivered.
create or replace function core.orders_delivered(heads core.order_head[])
    returns void
language plpgsql as $$
declare
    ids  uuid[] := array(select h.id from unnest(heads) h
                         where h.status = 'delivered' and h.kind = 'sale'
                               and h.lines is not null
                               and h.problem is null);
begin
    insert into core.fulfilment (id, order_id, number, status, actor_id,
                                 created_at, delivered_at)
    select core.uuid_v7(), h.id, 1, 'delivered', h.actor_id, h.placed_at,
           h.placed_at
    from unnest(heads) h
    where h.id = any (ids);

    insert into core.fulfilment_item (fulfilment_id, position, location_id,
                                      order_id, variant_id, quantity)
    select f.id, p.position, p.location_id, p.order_id, p.variant_id,
           p.quantity
    from core.order_parts(ids) p
    join core.fulfilment f on f.order_id = p.order_id and f.number = 1;
end
$$;
