-- Fourth stage of api.place_orders: reserves what the sales among the lines
-- take. Answers where each line's quantity comes from; an order that is
-- missing in the answer did not get everything and got nothing.
--
-- Locks the levels of all the variants in key order. Orders are served in
-- order of arrival. Mostly every variant is at one location that has enough
-- for the whole group; only else the lines are walked one by one.

create or replace function core.orders_reserve(lines core.order_line[])
    returns core.order_source[]
language plpgsql as $$
declare
    variants  bigint[];
    wants     bigint[];
    levels    core.stock_supply[];
    crossed   bigint[];
    sources   core.order_source[];
    plain     boolean;
begin
    select array_agg(w.variant_id), array_agg(w.quantity)
    into variants, wants
    from (select l.variant_id, sum(l.quantity) as quantity
          from unnest(lines) l group by l.variant_id) w;

    levels := core.stock_lock(variants, wants);

    select count(*) = cardinality(variants)
           and bool_and(l.active and l.available >= l.delta),
           array_agg(l.variant_id) filter (
               where core.stock_class(l.available, l.threshold)
                     <> core.stock_class(l.available - l.delta, l.threshold))
    into plain, crossed
    from unnest(levels) l;

    if plain then
        sources := array(
            select row(l.ordinal, l.position, l.variant_id, v.location_id,
                       l.quantity)::core.order_source
            from unnest(lines) l
            join unnest(levels) v on v.variant_id = l.variant_id);
    else
        sources := core.orders_ration(lines, levels);
        levels := core.orders_taken(levels, sources);
        crossed := core.stock_crossed(levels);
    end if;

    update core.stock_level s
    set reserved = s.reserved + l.delta, ordered = s.ordered + l.delta,
        version = s.version + 1, updated_at = now()
    from unnest(levels) l
    where s.variant_id = l.variant_id and s.location_id = l.location_id
          and l.delta <> 0;

    perform core.availability_refresh(crossed);
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
                   l.threshold, l.active, coalesce(s.quantity, 0)
                  )::core.stock_supply
        from unnest(levels) l
        left join (select s.variant_id, s.location_id,
                          sum(s.quantity) as quantity
                   from unnest(sources) s
                   group by s.variant_id, s.location_id) s
               on s.variant_id = l.variant_id
              and s.location_id = l.location_id)
$$;
