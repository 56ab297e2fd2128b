-- What orders hold, and how it is given back.

-- What the lines of orders still hold, line by line and place by place: what
-- they took, less what has left.
create or replace function core.order_parts(order_ids uuid[])
    returns table (order_id uuid, "position" int, variant_id bigint,
                   location_id bigint, quantity bigint)
language sql stable as $$
    select h.order_id, h.position, h.variant_id, h.location_id,
           sum(h.quantity)::bigint
    from (select i.order_id, i.position, i.variant_id, p.location_id,
                 p.quantity
          from core.order_item i
          cross join lateral (
              select i.location_id,
                     (i.quantity - i.short - i.canceled)::bigint
              where i.split is null
              union all
              select (s ->> 'location_id')::bigint, (s ->> 'quantity')::bigint
              from jsonb_array_elements(i.split) s) p(location_id, quantity)
          where i.order_id = any (order_ids) and p.location_id is not null
          union all
          select t.order_id, t.position, t.variant_id, t.location_id,
                 -t.quantity
          from core.fulfilment_item t
          join core.fulfilment f on f.id = t.fulfilment_id
          where t.order_id = any (order_ids) and f.status <> 'canceled') h
    group by h.order_id, h.position, h.variant_id, h.location_id
    having sum(h.quantity) <> 0
$$;


-- The same by variant.
create or replace function core.order_held(order_ids uuid[])
    returns table (order_id uuid, variant_id bigint, location_id bigint,
                   quantity bigint)
language sql stable as $$
    select p.order_id, p.variant_id, p.location_id, sum(p.quantity)::bigint
    from core.order_parts(order_ids) p
    group by p.order_id, p.variant_id, p.location_id
$$;


-- Gives the reservation of a canceled order back. The caller holds the order
-- and changes its status in the same transaction: that makes it once.
create or replace function core.order_release(order_id uuid) returns void
language sql as $$
    select core.holds_release(array(
        select row(null, p.position, p.location_id, p.order_id, p.variant_id,
                   p.quantity)::core.fulfilment_item
        from core.order_parts(array[order_release.order_id]) p))
$$;


-- Gives back what is held of these parts of orders; that they hold less from
-- now on is the caller's to write.
-- Locks: levels in key order.
create or replace function core.holds_release(parts core.fulfilment_item[])
    returns void
language plpgsql as $$
declare
    levels  core.stock_supply[];
begin
    perform core.stock_lock(array(
        select distinct h.variant_id from unnest(parts) h), null);

    levels := array(
        select row(s.variant_id, s.location_id, s.on_hand - s.reserved,
                   s.on_hand, s.threshold, c.active,
                   -coalesce(h.quantity, 0), null)::core.stock_supply
        from core.stock_level s
        join core.location c on c.id = s.location_id
        left join (select p.variant_id, p.location_id,
                          sum(p.quantity) as quantity
                   from unnest(parts) p
                   group by p.variant_id, p.location_id) h
               on h.variant_id = s.variant_id
              and h.location_id = s.location_id
        where s.variant_id in (select g.variant_id from unnest(parts) g));

    update core.stock_level s
    set reserved = s.reserved + l.delta, version = s.version + 1,
        updated_at = now()
    from unnest(levels) l
    where s.variant_id = l.variant_id and s.location_id = l.location_id
          and l.delta <> 0;

    perform core.availability_refresh(core.stock_crossed(levels));
end
$$;
