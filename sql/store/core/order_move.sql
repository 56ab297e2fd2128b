-- Moves a locked order to another status, with what that does to the stock:
-- shipping consumes the reservation, canceling gives it back. One event in
-- the history, one in the outbox.
--
-- Raises: CM409 illegal_transition with `order_status` and `allowed`.
-- Locks: the order (by the caller), then levels in key order.

create or replace function core.order_move(o core.orders, to_status text,
                                           principal jsonb, note text,
                                           data jsonb default null)
    returns void
language plpgsql as $$
declare
    actor    uuid := (principal ->> 'sub')::uuid;
    allowed  text[];
begin
    select coalesce(array_agg(m.to_status order by s.position), '{}')
    into allowed
    from core.order_move m
    join core.order_status s on s.status = m.to_status
    where m.from_status = o.status;

    if not order_move.to_status = any (allowed) then
        perform core.fail('illegal_transition', 409, jsonb_build_object(
            'order_status', o.status, 'allowed', to_jsonb(allowed)));
    end if;

    if o.kind = 'sale' and order_move.to_status = 'shipped' then
        perform core.order_consume(o.id, o.number, actor);
    elsif o.kind = 'sale' and order_move.to_status = 'canceled' then
        perform core.order_release(o.id);
        perform core.promotions_release(o.id);
    end if;

    if order_move.to_status = 'canceled' then
        perform core.payment_order_canceled(o.id);
    end if;

    update core.orders u
    set status = order_move.to_status
    where u.id = o.id;

    perform core.order_changed(o.id, 'order.' || order_move.to_status,
                               o.status, actor, note, data);
end
$$;


-- The new version of an order that was changed: its event, its outbox row.
create or replace function core.order_changed(order_id uuid, type text,
                                              was text, actor uuid,
                                              note text, data jsonb)
    returns void
language plpgsql as $$
declare
    o  core.orders;
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
            core.order_event_data(o));
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
        'items', coalesce((select json_agg(json_build_object(
            'id', i.position, 'product_id', i.product_id,
            'variant_id', i.variant_id, 'sku', i.sku, 'name', i.name,
            'quantity', i.quantity,
            'unit_price', core.money(i.unit_price, o.currency),
            'discount', core.money(i.discount, o.currency),
            'tax', core.money(i.tax, o.currency),
            'total', core.money(i.total, o.currency)) order by i.position)
            from core.order_item i where i.order_id = o.id), '[]'))
$$;
