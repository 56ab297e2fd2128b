-- Where the goods of a group come from, and taking them: the second and the
-- last stage of api.place_orders.
--
-- Mostly every variant is at one location that has enough for the whole
-- group. That is seen without a lock, and the levels are locked by the very
-- update that takes from them, as the last thing before the commit: groups
-- which want the same variant prepare side by side and queue only for that.
-- Should a level have fallen too low meanwhile, the group begins anew. Only
-- when something is short or spread are the levels locked first, and the lines
-- walked one by one.


-- The levels of what the sales of the group want, in key order, and the
-- location that has everything (null: there is none). Takes no lock.
create or replace function core.orders_levels(heads core.order_head[],
                                              out levels core.stock_supply[],
                                              out place bigint)
language plpgsql as $$
begin
    -- In one place a variant has one level: none is missing if all wants add
    -- up.
    select array_agg(row(s.variant_id, s.location_id,
                         s.on_hand - s.reserved, s.on_hand, s.threshold,
                         c.active, w.quantity, w.total)::core.stock_supply
                     order by s.variant_id, s.location_id),
           case when bool_and(c.active
                              and s.on_hand - s.reserved >= w.quantity)
                     and min(s.location_id) = max(s.location_id)
                     and sum(w.quantity) = max(w.total)
                then min(s.location_id) end
    into levels, place
    from (select l.variant_id, sum(l.quantity) as quantity,
                 sum(sum(l.quantity)) over ()::bigint as total
          from unnest(heads) h
          cross join lateral unnest(h.lines) l
          where h.problem is null and h.kind = 'sale'
          group by l.variant_id) w
    join core.stock_level s on s.variant_id = w.variant_id
    join core.location c on c.id = s.location_id;
end
$$;


-- Serves the orders of the group in order of arrival from levels that it locks
-- in key order: a row for each line (or part of it); an order that is missing
-- did not get everything and gets nothing. `levels` then has what is taken.
create or replace function core.orders_serve(heads core.order_head[],
                                             inout levels core.stock_supply[],
                                             out sources core.order_source[])
language plpgsql as $$
begin
    levels := array(
        select row(s.variant_id, s.location_id, s.on_hand - s.reserved,
                   s.on_hand, s.threshold, c.active, 0, 0
                  )::core.stock_supply
        from core.stock_level s
        join core.location c on c.id = s.location_id
        where s.variant_id = any (array(select l.variant_id
                                        from unnest(levels) l))
        order by s.variant_id, s.location_id
        for update of s);

    sources := core.orders_ration(heads, levels);

    levels := array(
        select row(l.variant_id, l.location_id, l.available, l.on_hand,
                   l.threshold, l.active, coalesce(s.quantity, 0), null
                  )::core.stock_supply
        from unnest(levels) l
        left join (select s.variant_id, s.location_id,
                          sum(s.quantity) as quantity
                   from unnest(sources) s
                   group by s.variant_id, s.location_id) s
               on s.variant_id = l.variant_id
              and s.location_id = l.location_id);
end
$$;


-- Takes the deltas of the levels. Raises 40001 when one has too little, which
-- cannot be if they are locked: the group is to begin anew.
create or replace function core.orders_take(levels core.stock_supply[],
                                            locked boolean)
    returns void
language plpgsql as $$
declare
    crossed  bigint[];
    taken    bigint;
begin
    with want as (
        select l.variant_id, l.location_id, l.delta
        from unnest(levels) l
        where l.delta <> 0
    ),
    take as (
        update core.stock_level s
        set reserved = s.reserved + w.delta, ordered = s.ordered + w.delta,
            version = s.version + 1, updated_at = now()
        from want w
        where s.variant_id = w.variant_id and s.location_id = w.location_id
              and s.on_hand - s.reserved >= w.delta
        returning s.variant_id, s.on_hand - s.reserved as available,
                  s.threshold, w.delta
    )
    select count(*) - (select count(*) from want),
           array_agg(t.variant_id) filter (
               where core.stock_class(t.available + t.delta, t.threshold)
                     <> core.stock_class(t.available, t.threshold))
    into taken, crossed
    from take t;

    if taken <> 0 then
        raise exception using errcode = '40001',
            message = 'stock fell while a group of orders was prepared';
    end if;

    if locked then
        crossed := core.stock_crossed(levels);
    end if;

    perform core.availability_refresh(crossed)
    where crossed is not null;
end
$$;
