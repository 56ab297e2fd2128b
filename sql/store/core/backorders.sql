-- Goods that were ordered before they were there.


-- Gives what there is of these variants to the orders that are short of it, the
-- oldest first. Called whenever some of it came in or was given back
-- (core.availability_refresh), in that transaction, so that nobody who orders
-- now is served before them. An order that somebody else just changes is left
-- to a job: waiting for it here would be the wrong way round.
--
-- Locks: orders that are free, then levels, which the caller has locked.
create or replace function core.backorders_supply(variant_ids bigint[],
                                                  supply boolean)
    returns void
language plpgsql as $$
declare
    line      record;
    supplied  uuid[] := '{}';
begin
    if not exists (select from core.order_item i
                   where i.variant_id = any (variant_ids) and i.short > 0)
    then
        return;
    end if;

    for line in
        select i.order_id, i.position, i.variant_id, i.short
        from core.order_item i
        join core.orders o on o.id = i.order_id
        where supply and i.variant_id = any (variant_ids) and i.short > 0
              and o.status in ('pending', 'stock_shortfall', 'paid')
        order by o.id, i.position
        for no key update of o skip locked
    loop
        if core.line_supply(line.order_id, line.position, line.variant_id,
                            line.short)
        then
            supplied := supplied || line.order_id;
        end if;
    end loop;

    perform core.order_supplied(o.id)
    from (select distinct s.id from unnest(supplied) s(id)) o;

    perform core.job_put('stock_supply', jsonb_build_object('variant_id', v),
                         now() + interval '1 second', v::text)
    from unnest(variant_ids) v
    where core.stock_waits(v);
end
$$;


-- A line gets what there is, from the first place that has some; answers
-- whether it got any.
create or replace function core.line_supply(order_id uuid, "position" int,
                                            variant_id bigint, short bigint)
    returns boolean
language plpgsql as $$
declare
    level  record;
    lack   bigint := line_supply.short;
begin
    for level in
        select s.location_id, least(s.on_hand - s.reserved, lack) as free
        from core.stock_level s
        join core.location c on c.id = s.location_id and c.active
        where s.variant_id = line_supply.variant_id
              and s.on_hand > s.reserved
        order by c.priority, c.id
    loop
        level.free := least(level.free, lack);
        exit when level.free <= 0;

        update core.stock_level s
        set reserved = s.reserved + level.free,
            ordered = s.ordered + level.free, version = s.version + 1,
            updated_at = now()
        where s.variant_id = line_supply.variant_id
              and s.location_id = level.location_id;

        perform core.line_takes(line_supply.order_id, line_supply.position,
                                null, level.location_id, level.free);
        lack := lack - level.free;
    end loop;

    return lack < line_supply.short;
end
$$;


-- An order holds more than it did. When nothing is short any more it is pending
-- like any other, or paid.
create or replace function core.order_supplied(order_id uuid) returns void
language plpgsql as $$
declare
    o  core.orders;
begin
    select * into o from core.orders x where x.id = order_supplied.order_id;

    if o.status = 'stock_shortfall'
       and not exists (select from core.order_item i
                       where i.order_id = o.id and i.short > 0)
    then
        update core.orders x
        set status = case when core.order_was_paid(o.id) then 'paid'
                     else 'pending' end
        where x.id = o.id;
    end if;

    perform core.order_changed(o.id, 'order.supplied', o.status, null, null,
                               null);
end
$$;


-- Whether there is something of a variant that open orders are short of.
create or replace function core.stock_waits(variant_id bigint)
    returns boolean
language sql stable as $$
    select exists (select from core.stock_level s
                   join core.location c on c.id = s.location_id and c.active
                   where s.variant_id = stock_waits.variant_id
                         and s.on_hand > s.reserved)
           and exists (select from core.order_item i
                       join core.orders o on o.id = i.order_id
                       where i.variant_id = stock_waits.variant_id
                             and i.short > 0
                             and o.status in ('pending', 'stock_shortfall',
                                              'paid'))
$$;


-- Of api.place_orders: whether somebody wants what may be ordered before it is
-- there.
create or replace function core.backorders_wanted(heads core.order_head[])
    returns boolean
language sql stable as $$
    select exists (select from unnest(heads) h
                   cross join lateral unnest(h.lines) l
                   join core.variant v on v.id = l.variant_id
                   where v.backorder and h.problem is null
                         and h.kind = 'sale')
$$;


-- Orders that are short from the start say so.
create or replace function core.orders_shortfall(heads core.order_head[],
                                                 sources core.order_source[])
    returns core.order_head[]
language plpgsql as $$
declare
    short  integer[] := array(select distinct s.ordinal
                              from unnest(sources) s
                              where s.location_id is null);
begin
    for i in 1 .. cardinality(heads) loop
        if heads[i].ordinal = any (short) and heads[i].status = 'pending' then
            heads[i].status := 'stock_shortfall';
            heads[i].label := (
                select case when heads[i].label = p.label_en then s.label_en
                            else s.label_pt end
                from core.order_status s, core.order_status p
                where s.status = 'stock_shortfall' and p.status = 'pending');
        end if;
    end loop;

    return heads;
end
$$;
