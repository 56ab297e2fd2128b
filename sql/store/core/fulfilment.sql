-- What leaves for an order, arrives, or comes back before it did. All callers
-- hold the order.


-- Goods of an order leave: those of `lines` ([{item_id, quantity}]), or all
-- that is left of it. From one place when `place` says so, else from where
-- they are held. When nothing is left the order is shipped; that event is the
-- caller's where `lines` is null.
--
-- Raises: CM422 unknown_item, CM409 not_shippable, CM409 stock_shortfall, CM409
--   insufficient_stock with `available`, CM404 location_not_found.
-- Locks: levels in key order.
create or replace function core.fulfilment_put(
        o core.orders, lines jsonb, place bigint, parcel jsonb, actor uuid,
        note text)
    returns uuid
language plpgsql as $$
declare
    made   core.fulfilment;
    parts  core.fulfilment_item[];
begin
    perform core.fulfilment_check(o.id, lines);

    perform core.stock_lock(array(
        select distinct i.variant_id from core.order_item i
        where i.order_id = o.id), null);

    insert into core.fulfilment (id, order_id, number, carrier,
                                 tracking_code, tracking_url, actor_id)
    select core.uuid_v7(), o.id, count(*) + 1, parcel ->> 'carrier',
           parcel ->> 'tracking_code', parcel ->> 'tracking_url', actor
    from core.fulfilment f where f.order_id = o.id
    returning * into made;

    if place is not null then
        perform core.fulfilment_gather(o.id, lines, place);
    end if;

    parts := core.fulfilment_parts(made, lines, place);

    insert into core.fulfilment_item select p.* from unnest(parts) p;

    perform core.fulfilment_stock(o.number, parts, -1, null, actor);

    update core.order_item i
    set shipped = i.shipped + p.quantity
    from (select p.position, sum(p.quantity)::int as quantity
          from unnest(parts) p group by p.position) p
    where i.order_id = o.id and i.position = p.position;

    update core.orders u
    set tracking = coalesce(nullif(jsonb_strip_nulls(jsonb_build_object(
                       'carrier', made.carrier,
                       'tracking_code', made.tracking_code,
                       'tracking_url', made.tracking_url)), '{}'),
                       u.tracking)
    where u.id = o.id;

    perform core.fulfilment_count(o.id);
    perform core.order_changed(o.id, 'fulfilment.created', o.status, actor,
                               note, core.fulfilment_told(made.id));

    if lines is not null and not core.order_unshipped(o.id) then
        perform core.order_becomes(o.id, 'shipped', actor, null, null);
    end if;

    return made.id;
end
$$;


create or replace function core.order_unshipped(order_id uuid)
    returns boolean
language sql stable as $$
    select exists (select from core.order_item i
                   where i.order_id = order_unshipped.order_id
                         and i.shipped < i.quantity - i.canceled)
$$;


-- Whether that can leave: no more of a line than is left and is there.
create or replace function core.fulfilment_check(order_id uuid, lines jsonb)
    returns void
language plpgsql stable as $$
begin
    if lines is null then
        if exists (select from core.order_item i
                   where i.order_id = fulfilment_check.order_id
                         and i.short > 0)
        then
            perform core.fail('stock_shortfall', 409);
        end if;

        return;
    end if;

    perform core.lines_check(fulfilment_check.order_id, lines, 'ship');
end
$$;


-- Lines of a request: [{item_id, quantity}], each with its place there and
-- what is asked of its item altogether.
create or replace function core.lines_asked(lines jsonb)
    returns table (n bigint, "position" int, quantity int, total bigint)
language sql stable as $$
    select l.n, (l.line ->> 'item_id')::int, (l.line ->> 'quantity')::int,
           sum((l.line ->> 'quantity')::bigint) over (
               partition by l.line ->> 'item_id')
    from jsonb_array_elements(lines) with ordinality l(line, n)
$$;


-- What is to leave from `place` is held there: what is held elsewhere is given
-- back and taken there instead.
create or replace function core.fulfilment_gather(order_id uuid, lines jsonb,
                                                  place bigint)
    returns void
language plpgsql as $$
declare
    line  record;
    part  record;
    lack  bigint;
    take  bigint;
begin
    if not exists (select from core.location c where c.id = place) then
        perform core.fail('location_not_found', 404);
    end if;

    for line in
        select i.position, i.variant_id,
               coalesce(l.total,
                        i.quantity - i.shipped - i.short - i.canceled)
               - coalesce((select p.quantity
                           from core.order_parts(array[i.order_id]) p
                           where p.position = i.position
                                 and p.location_id = place), 0) as lack
        from core.order_item i
        left join (select distinct a.position, a.total
                   from core.lines_asked(lines) a) l
               on l.position = i.position
        where i.order_id = fulfilment_gather.order_id
              and (lines is null or l.position is not null)
        order by i.position
    loop
        lack := line.lack;

        for part in
            select p.location_id, p.quantity
            from core.order_parts(array[fulfilment_gather.order_id]) p
            where p.position = line.position and p.location_id <> place
            order by p.location_id
        loop
            exit when lack <= 0;
            take := least(lack, part.quantity);
            lack := lack - take;
            perform core.hold_moved(order_id, line.position, line.variant_id,
                                    part.location_id, place, take);
        end loop;
    end loop;
end
$$;


-- So much of a line is held at another place from now on.
create or replace function core.hold_moved(
        order_id uuid, "position" int, variant_id bigint, from_place bigint,
        to_place bigint, quantity bigint)
    returns void
language plpgsql as $$
begin
    update core.stock_level s
    set reserved = s.reserved - hold_moved.quantity, version = s.version + 1,
        updated_at = now()
    where s.variant_id = hold_moved.variant_id
          and s.location_id = hold_moved.from_place;

    update core.stock_level s
    set reserved = s.reserved + hold_moved.quantity, version = s.version + 1,
        updated_at = now()
    where s.variant_id = hold_moved.variant_id
          and s.location_id = hold_moved.to_place
          and s.on_hand - s.reserved >= hold_moved.quantity;

    if not found then
        perform core.fail('insufficient_stock', 409, jsonb_build_object(
            'available', coalesce((
                select s.on_hand - s.reserved from core.stock_level s
                where s.variant_id = hold_moved.variant_id
                      and s.location_id = hold_moved.to_place), 0)));
    end if;

    perform core.line_takes(hold_moved.order_id, hold_moved.position,
                            hold_moved.from_place, hold_moved.to_place,
                            hold_moved.quantity);
    perform core.availability_refresh(array[hold_moved.variant_id]);
end
$$;


-- So much of a line comes from another place, or from a place at all: what was
-- short (from_place null) is short no more.
create or replace function core.line_takes(
        order_id uuid, "position" int, from_place bigint, to_place bigint,
        quantity bigint)
    returns void
language plpgsql as $$
declare
    parts  jsonb;
begin
    select jsonb_agg(jsonb_build_object('location_id', p.location_id,
                                        'quantity', p.quantity)
                     order by p.location_id)
    into parts
    from (select q.location_id, sum(q.quantity) as quantity
          from core.order_item i
          cross join lateral (
              select i.location_id,
                     (i.quantity - i.short - i.canceled)::bigint
              where i.split is null and i.location_id is not null
              union all
              select (s ->> 'location_id')::bigint, (s ->> 'quantity')::bigint
              from jsonb_array_elements(i.split) s
              union all
              select line_takes.from_place, -line_takes.quantity
              where line_takes.from_place is not null
              union all
              select line_takes.to_place, line_takes.quantity
              ) q(location_id, quantity)
          where i.order_id = line_takes.order_id
                and i.position = line_takes.position
          group by q.location_id
          having sum(q.quantity) <> 0) p;

    update core.order_item i
    set location_id = case when jsonb_array_length(parts) = 1
                           then (parts #>> '{0,location_id}')::bigint end,
        split = case when jsonb_array_length(parts) > 1 then parts end,
        short = i.short - case when line_takes.from_place is null
                          then line_takes.quantity else 0 end
    where i.order_id = line_takes.order_id
          and i.position = line_takes.position;
end
$$;


-- Which parts leave: of each line the first places that hold it, until there
-- is enough.
create or replace function core.fulfilment_parts(made core.fulfilment,
                                                 lines jsonb, place bigint)
    returns core.fulfilment_item[]
language sql stable as $$
    select array_agg(row(made.id, t.position, t.location_id, made.order_id,
                         t.variant_id, t.quantity)::core.fulfilment_item
                     order by t.position, t.location_id)
    from (select p.position, p.location_id, p.variant_id,
                 case when lines is null then p.quantity
                      else least(p.quantity, l.total
                                 - coalesce(sum(p.quantity) over before, 0))
                      end::int as quantity
          from core.order_parts(array[made.order_id]) p
          left join (select distinct a.position, a.total
                     from core.lines_asked(lines) a) l
                 on l.position = p.position
          where (lines is null or l.position is not null)
                and (place is null or p.location_id = place)
          window before as (partition by p.position order by p.location_id
                            rows between unbounded preceding
                                     and 1 preceding)) t
    where t.quantity > 0
$$;


-- Takes parts out of the stock (sign -1), or puts them back (1), where the
-- order then holds them again. What is available stays as it was.
create or replace function core.fulfilment_stock(
        number bigint, parts core.fulfilment_item[], sign int, reason text,
        actor uuid)
    returns void
language plpgsql as $$
begin
    with moved as (
        update core.stock_level s
        set on_hand = s.on_hand + sign * p.quantity,
            reserved = s.reserved + sign * p.quantity,
            version = s.version + 1, updated_at = now()
        from (select p.variant_id, p.location_id,
                     sum(p.quantity)::bigint as quantity
              from unnest(parts) p
              group by p.variant_id, p.location_id) p
        where s.variant_id = p.variant_id and s.location_id = p.location_id
        returning s.variant_id, s.location_id, s.on_hand, p.quantity
    )
    insert into core.stock_movement (variant_id, location_id, kind, delta,
                                     balance, reason, reference, actor_id)
    select m.variant_id, m.location_id, 'shipment', sign * m.quantity,
           m.on_hand, fulfilment_stock.reason, fulfilment_stock.number::text,
           actor
    from moved m
    order by m.variant_id, m.location_id;
end
$$;


-- How far an order has come, beside its status.
create or replace function core.fulfilment_count(order_id uuid) returns void
language sql as $$
    update core.orders o
    set fulfilment_status = (
        select case when bool_and(i.shipped = 0) then 'unfulfilled'
                    when bool_and(i.delivered >= i.quantity - i.canceled)
                    then 'delivered'
                    when bool_or(i.delivered > 0) then 'partially_delivered'
                    when bool_and(i.shipped >= i.quantity - i.canceled)
                    then 'shipped'
                    else 'partially_shipped' end
        from core.order_item i
        where i.order_id = fulfilment_count.order_id)
    where o.id = fulfilment_count.order_id
$$;


-- All that is under way has arrived; the order's own event is the caller's.
create or replace function core.fulfilments_deliver(order_id uuid, actor uuid)
    returns void
language plpgsql as $$
declare
    f  core.fulfilment;
begin
    for f in
        select * from core.fulfilment x
        where x.order_id = fulfilments_deliver.order_id
              and x.status = 'shipped'
        order by x.number
    loop
        perform core.fulfilment_arrived(f, actor, null);
    end loop;
end
$$;


-- One has arrived.
create or replace function core.fulfilment_arrived(f core.fulfilment,
                                                   actor uuid, note text)
    returns void
language plpgsql as $$
begin
    update core.fulfilment x
    set status = 'delivered', delivered_at = now(), updated_at = now(),
        version = x.version + 1
    where x.id = f.id;

    update core.order_item i
    set delivered = i.delivered + p.quantity
    from (select t.position, sum(t.quantity)::int as quantity
          from core.fulfilment_item t where t.fulfilment_id = f.id
          group by t.position) p
    where i.order_id = f.order_id and i.position = p.position;

    perform core.fulfilment_count(f.order_id);
    perform core.order_changed(f.order_id, 'fulfilment.delivered',
        (select o.status from core.orders o where o.id = f.order_id), actor,
        fulfilment_arrived.note, core.fulfilment_told(f.id));
end
$$;


-- One comes back before it arrived: the order holds its goods again, and is
-- not shipped any more.
create or replace function core.fulfilment_back(o core.orders,
                                                f core.fulfilment, actor uuid,
                                                note text)
    returns void
language plpgsql as $$
declare
    parts  core.fulfilment_item[] := array(
        select t from core.fulfilment_item t where t.fulfilment_id = f.id);
begin
    perform core.stock_lock(array(
        select distinct p.variant_id from unnest(parts) p), null);

    update core.fulfilment x
    set status = 'canceled', canceled_at = now(), updated_at = now(),
        version = x.version + 1
    where x.id = f.id;

    perform core.fulfilment_stock(o.number, parts, 1, 'fulfilment canceled',
                                  actor);

    update core.order_item i
    set shipped = i.shipped - p.quantity
    from (select p.position, sum(p.quantity)::int as quantity
          from unnest(parts) p group by p.position) p
    where i.order_id = o.id and i.position = p.position;

    update core.orders u set status = 'paid'
    where u.id = o.id and u.status = 'shipped';

    perform core.fulfilment_count(o.id);
    perform core.order_changed(o.id, 'fulfilment.canceled', o.status, actor,
                               fulfilment_back.note,
                               core.fulfilment_told(f.id));
end
$$;


-- Finds a fulfilment of a locked order.
-- Raises: CM404 fulfilment_not_found, CM412 version_mismatch.
create or replace function core.fulfilment_take(o core.orders, id uuid,
                                                expected_version bigint)
    returns core.fulfilment
language plpgsql as $$
declare
    f  core.fulfilment;
begin
    select * into f from core.fulfilment x
    where x.id = fulfilment_take.id and x.order_id = o.id
    for no key update;

    if not found then
        perform core.fail('fulfilment_not_found', 404);
    end if;

    perform core.check_version(f.version, expected_version);
    return f;
end
$$;


create or replace function core.fulfilment_document(f core.fulfilment)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'id', f.id, 'order_id', f.order_id, 'number', f.number,
        'status', f.status, 'carrier', f.carrier,
        'tracking_code', f.tracking_code, 'tracking_url', f.tracking_url,
        'items', (select jsonb_agg(jsonb_build_object(
                      'item_id', t.position, 'variant_id', t.variant_id,
                      'sku', i.sku, 'name', i.name,
                      'location_id', t.location_id, 'quantity', t.quantity)
                      order by t.position, t.location_id)
                  from core.fulfilment_item t
                  join core.order_item i on i.order_id = t.order_id
                                        and i.position = t.position
                  where t.fulfilment_id = f.id),
        'actor_id', f.actor_id, 'created_at', core.rfc3339(f.created_at),
        'updated_at', core.rfc3339(f.updated_at),
        'delivered_at', core.rfc3339(f.delivered_at),
        'canceled_at', core.rfc3339(f.canceled_at), 'version', f.version)
$$;


-- A fulfilment as events tell of it.
create or replace function core.fulfilment_told(id uuid) returns jsonb
language sql stable as $$
    select jsonb_build_object('fulfilment', core.fulfilment_document(f))
    from core.fulfilment f where f.id = fulfilment_told.id
$$;


-- The parcels of an order as a stranger may see them who knows its number.
create or replace function core.parcels_shown(order_id uuid) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'number', f.number, 'status', f.status, 'carrier', f.carrier,
               'tracking_code', f.tracking_code,
               'tracking_url', f.tracking_url,
               'items', (select jsonb_agg(jsonb_build_object(
                             'item_id', t.position, 'quantity', t.quantity)
                             order by t.position)
                         from (select x.position,
                                      sum(x.quantity) as quantity
                               from core.fulfilment_item x
                               where x.fulfilment_id = f.id
                               group by x.position) t),
               'shipped_at', core.rfc3339(f.created_at),
               'delivered_at', core.rfc3339(f.delivered_at))
               order by f.number), '[]')
    from core.fulfilment f
    where f.order_id = parcels_shown.order_id and f.status <> 'canceled'
$$;


-- All that is left of an order, as lines.
create or replace function core.order_left(order_id uuid) returns jsonb
language sql stable as $$
    select jsonb_agg(jsonb_build_object('item_id', i.position, 'quantity',
                                        i.quantity - i.shipped
                                        - i.canceled)
                     order by i.position)
    from core.order_item i
    where i.order_id = order_left.order_id
          and i.shipped < i.quantity - i.canceled
$$;
