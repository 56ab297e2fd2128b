-- Moves a locked order to another status, with what that does to the stock:
-- shipping consumes the reservation, canceling gives it back. One event in
-- the history, one in the outbox, and those of its fulfilments.
--
-- Raises: CM409 illegal_transition with `order_status` and `allowed`, CM409
--   stock_shortfall (goods that are to be shipped are not there).
-- Locks: the order (by the caller), then credit, then levels in key order.

create or replace function core.order_move(o core.orders, to_status text,
                                           principal jsonb, note text,
                                           data jsonb default null)
    returns void
language plpgsql as $$
declare
    actor  uuid := (principal ->> 'sub')::uuid;
begin
    perform core.order_may_move(o, order_move.to_status);

    if o.kind = 'sale' and order_move.to_status = 'shipped' then
        perform core.fulfilment_put(o, null, null, data, actor, null);
    elsif o.kind = 'sale' and order_move.to_status = 'delivered' then
        perform core.fulfilments_deliver(o.id, actor);
    end if;

    perform core.order_becomes(o.id, order_move.to_status, actor, note, data);

    if order_move.to_status = 'canceled' then
        perform core.payment_order_canceled(o.id);
    end if;

    -- what it gives back is not for itself

    if o.kind = 'sale' and order_move.to_status = 'canceled' then
        perform core.order_release(o.id);
        perform core.promotions_release(o.id);
    end if;
end
$$;


-- Whether somebody may ask for that move. An order of which something has left
-- is not canceled any more.
create or replace function core.order_may_move(o core.orders, to_status text)
    returns void
language plpgsql stable as $$
declare
    allowed  text[];
begin
    select coalesce(array_agg(m.to_status order by s.position), '{}')
    into allowed
    from core.order_move m
    join core.order_status s on s.status = m.to_status
    where m.from_status = o.status and m.asked
          and not (m.to_status in ('canceled', 'stock_shortfall')
                   and o.fulfilment_status <> 'unfulfilled');

    if not order_may_move.to_status = any (allowed) then
        perform core.fail('illegal_transition', 409, jsonb_build_object(
            'order_status', o.status, 'allowed', to_jsonb(allowed)));
    end if;
end
$$;


-- The status itself, when all that belongs to it is done.
create or replace function core.order_becomes(order_id uuid, to_status text,
                                              actor uuid, note text,
                                              data jsonb)
    returns void
language plpgsql as $$
declare
    was  text := (select o.status from core.orders o
                  where o.id = order_becomes.order_id);
begin
    update core.orders u
    set status = order_becomes.to_status
    where u.id = order_becomes.order_id;

    perform core.order_changed(order_becomes.order_id,
                               'order.' || order_becomes.to_status, was,
                               actor, note, data);
end
$$;


-- The new version of an order that was changed: its event, its outbox row.
-- What is not about the order itself (fulfilment.created) tells `data` to
-- everybody, else it is for the history only.
create or replace function core.order_changed(order_id uuid, type text,
                                              was text, actor uuid,
                                              note text, data jsonb)
    returns void
language plpgsql as $$
declare
    o      core.orders;
    place  tid;
begin
    update core.orders u
    set version = version + 1, updated_at = now()
    where u.id = order_changed.order_id
    returning * into o;

    insert into core.order_event (order_id, version, actor_id, type,
                                  from_status, to_status, note, data)
    values (o.id, o.version, actor, order_changed.type, was, o.status,
            order_changed.note, order_changed.data);

    insert into core.outbox (version, type, subject, data)
    values (o.version, order_changed.type, o.id::text,
            case when order_changed.type like 'order.%'
                 then core.order_event_data(o)
                 else (core.order_event_data(o)::jsonb
                       || order_changed.data)::json end)
    returning outbox.ctid into place;

    insert into core.outbox_waiting (created_at, subjects, versions, places)
    values (now(), array[o.id::text], array[o.version], array[place]);
end
$$;


-- What an event tells about its order (conf/events/).
create or replace function core.order_event_data(o core.orders) returns json
language sql stable as $$
    select json_build_object(
        'order_id', o.id, 'number', o.number, 'status', o.status,
        'customer_id', o.customer_id, 'currency', o.currency,
        'total', core.money(o.total, o.currency), 'region', o.region,
        'placed_at', core.rfc3339(o.placed_at),
        'items', coalesce((select json_agg(core.order_item_shown(
                                               i, o.currency)
                                           order by i.position)
                           from core.order_item i where i.order_id = o.id),
                          '[]'))
$$;
