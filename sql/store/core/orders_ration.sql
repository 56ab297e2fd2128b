-- Serves orders one after the other from locked levels when there is not
-- enough for all of them. A line is taken from the first location (by
-- priority) that has it whole, else from several; an order that cannot have
-- all its lines gets none, and what it would have taken is there for the next.
-- What may be ordered before it is there comes from nowhere (location_id null).

create or replace function core.orders_ration(heads core.order_head[],
                                              levels core.stock_supply[])
    returns core.order_source[]
language plpgsql as $$
declare
    supply   core.stock_supply[];     -- by variant and priority
    free     bigint[];                -- what is left at each of them
    sources  core.order_source[] := '{}';
    taken    core.order_source[];     -- by the order at hand
    slots    integer[];               -- and where in `free`
    current  integer := 0;
    failed   boolean := true;
    need     bigint;
    part     bigint;
    line     record;
begin
    supply := array(select s from unnest(levels) s
                    join core.location c on c.id = s.location_id and c.active
                    order by s.variant_id, c.priority, c.id);
    free := array(select s.available from unnest(supply) s);

    for line in
        select h.ordinal, l.position, l.variant_id, l.quantity,
               h.status in ('pending', 'paid')
               and exists (select from core.variant v
                           where v.id = l.variant_id and v.backorder)
               as later, coalesce(s.first, 1) as first, coalesce(s.last, 0) as last
        from unnest(heads) h
        cross join lateral unnest(h.lines) l
        left join (select supply[n].variant_id, min(n) as first,
                          max(n) as last
                   from generate_subscripts(supply, 1) n
                   group by supply[n].variant_id) s
               on s.variant_id = l.variant_id
        where h.problem is null and h.kind = 'sale'
        order by h.ordinal, l.position
    loop
        if line.ordinal <> current then
            if not failed then
                sources := sources || taken;
            end if;

            current := line.ordinal;
            failed := false;
            taken := '{}';
            slots := '{}';
        end if;

        continue when failed;

        need := line.quantity;

        for i in line.first .. line.last loop
            exit when need = 0;
            continue when free[i] < need;
            free[i] := free[i] - need;
            slots := slots || i;
            taken := taken || row(line.ordinal, line.position,
                                  line.variant_id, supply[i].location_id,
                                  need)::core.order_source;
            need := 0;
        end loop;

        for i in line.first .. line.last loop
            exit when need = 0;
            part := least(free[i], need);
            continue when part <= 0;
            free[i] := free[i] - part;
            need := need - part;
            slots := slots || i;
            taken := taken || row(line.ordinal, line.position,
                                  line.variant_id, supply[i].location_id,
                                  part)::core.order_source;
        end loop;

        if need > 0 and line.later then
            slots := slots || 0;
            taken := taken || row(line.ordinal, line.position,
                                  line.variant_id, null,
                                  need)::core.order_source;

        elsif need > 0 then
            failed := true;

            for i in 1 .. cardinality(slots) loop
                continue when slots[i] = 0;
                free[slots[i]] := free[slots[i]] + taken[i].quantity;
            end loop;
        end if;
    end loop;

    if not failed then
        sources := sources || taken;
    end if;

    return sources;
end
$$;
