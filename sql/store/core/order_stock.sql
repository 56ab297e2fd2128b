-- What orders hold, and how it leaves.

-- What the lines of an order hold, by variant and location.
create or replace function core.order_held(order_ids uuid[])
    returns table (order_id uuid, variant_id bigint, location_id bigint,
                   quantity bigint)
language sql stable as $$
    select i.order_id, i.variant_id, p.location_id, sum(p.quantity)::bigint
    from core.order_item i
    cross join lateral (
        select i.location_id, i.quantity::bigint where i.split is null
        union all
        select (s ->> 'location_id')::bigint, (s ->> 'quantity')::bigint
        from jsonb_array_elements(i.split) s) p(location_id, quantity)
    where i.order_id = any (order_ids) and p.location_id is not null
    group by i.order_id, i.variant_id, p.location_id
$$;


-- Gives the reservation of a canceled order back. The caller holds the order
-- and changes its status in the same transaction: that makes it once.
create or replace function core.order_release(order_id uuid) returns void
language plpgsql as $$
declare
    levels  core.stock_supply[];
begin
    perform core.stock_lock(array(
        select distinct h.variant_id
        from core.order_held(array[order_release.order_id]) h), null);

    levels := array(
        select row(s.variant_id, s.location_id, s.on_hand - s.reserved,
                   s.on_hand, s.threshold, c.active,
                   -coalesce(h.quantity, 0), null)::core.stock_supply
        from core.stock_level s
        join core.location c on c.id = s.location_id
        left join core.order_held(array[order_release.order_id]) h
               on h.variant_id = s.variant_id
              and h.location_id = s.location_id
        where s.variant_id in (
            select g.variant_id
            from core.order_held(array[order_release.order_id]) g));

    update core.stock_level s
    set reserved = s.reserved + l.delta, version = s.version + 1,
        updated_at = now()
    from unnest(levels) l
    where s.variant_id = l.variant_id and s.location_id = l.location_id
          and l.delta <> 0;

    perform core.availability_refresh(core.stock_crossed(levels));
end
$$;


-- The goods of an order leave: less on hand, less reserved, one row of the
-- ledger for each. What is available stays as it was.
create or replace function core.order_consume(order_id uuid, number bigint,
                                              actor uuid)
    returns void
language plpgsql as $$
begin
    perform core.stock_lock(array(
        select distinct h.variant_id
        from core.order_held(array[order_consume.order_id]) h), null);

    with left_stock as (
        update core.stock_level s
        set on_hand = s.on_hand - h.quantity,
            reserved = s.reserved - h.quantity,
            version = s.version + 1, updated_at = now()
        from core.order_held(array[order_consume.order_id]) h
        where s.variant_id = h.variant_id and s.location_id = h.location_id
        returning s.variant_id, s.location_id, s.on_hand, h.quantity
    )
    insert into core.stock_movement (variant_id, location_id, kind, delta,
                                     balance, reference, actor_id)
    select l.variant_id, l.location_id, 'shipment', -l.quantity, l.on_hand,
           order_consume.number::text, actor
    from left_stock l
    order by l.variant_id, l.location_id;
end
$$;
