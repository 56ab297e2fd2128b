-- Second stage of api.place_orders: reserves what the sales of the group
-- take. Answers where it comes from: one row without an ordinal when all
-- comes from one location, else a row for each line (or part of it); an order
-- that is missing then did not get everything and got nothing.
--
-- Locks the levels of all the variants in key order. Orders are served in
-- order of arrival. Mostly every variant is at one location that has enough
-- for the whole group; only else the lines are walked one by one.

create or replace function core.orders_reserve(heads core.order_head[])
    returns core.order_source[]
language plpgsql as $$
declare
    levels   core.stock_supply[];
    crossed  bigint[];
    place    bigint;
    plain    boolean;
    sources  core.order_source[];
begin
    levels := array(
        select row(s.variant_id, s.location_id, s.on_hand - s.reserved,
                   s.on_hand, s.threshold, c.active, w.quantity, w.total
                  )::core.stock_supply
        from (select l.variant_id, sum(l.quantity) as quantity,
                     sum(sum(l.quantity)) over ()::bigint as total
              from unnest(heads) h
              cross join lateral unnest(h.lines) l
              where h.problem is null and h.kind = 'sale'
              group by l.variant_id) w
        join core.stock_level s on s.variant_id = w.variant_id
        join core.location c on c.id = s.location_id
        order by s.variant_id, s.location_id
        for update of s);

    -- In one place a variant has one level: none is missing if all wants add
    -- up.
    select bool_and(l.active and l.available >= l.delta)
           and min(l.location_id) = max(l.location_id)
           and sum(l.delta) = max(l.wanted),
           array_agg(l.variant_id) filter (
               where core.stock_class(l.available, l.threshold)
                     <> core.stock_class(l.available - l.delta, l.threshold)),
           min(l.location_id)
    into plain, crossed, place
    from unnest(levels) l;

    if plain then
        sources := array[row(null, null, null, place, null
                            )::core.order_source];
    else
        sources := core.orders_ration(heads, levels);
        levels := core.orders_taken(levels, sources);
        crossed := core.stock_crossed(levels);
    end if;

    update core.stock_level s
    set reserved = s.reserved + l.delta, ordered = s.ordered + l.delta,
        version = s.version + 1, updated_at = now()
    from unnest(levels) l
    where s.variant_id = l.variant_id and s.location_id = l.location_id
          and l.delta <> 0;

    if crossed is not null then
        perform core.availability_refresh(crossed);
    end if;

    return sources;
end
$$;


-- The levels with what the sources really take of each.
create or replace function core.orders_taken(levels core.stock_supply[],
                                             sources core.order_source[])
    returns core.stock_supply[]
language sql as $$
    select array(
        select row(l.variant_id, l.location_id, l.available, l.on_hand,
                   l.threshold, l.active, coalesce(s.quantity, 0), null
                  )::core.stock_supply
        from unnest(levels) l
        left join (select s.variant_id, s.location_id,
                          sum(s.quantity) as quantity
                   from unnest(sources) s
                   group by s.variant_id, s.location_id) s
               on s.variant_id = l.variant_id
              and s.location_id = l.location_id)
$$;
