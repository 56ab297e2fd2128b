-- Goods that come back. All callers hold the order.


-- Writes a return of lines [{item_id, quantity, reason}] of an order: never
-- more of a line than was delivered and is not coming back already.
-- Raises: CM422 unknown_item, CM409 not_returnable, both with `errors`.
create or replace function core.return_put(
        o core.orders, lines jsonb, reason text, note text, actor uuid,
        status text)
    returns uuid
language plpgsql as $$
declare
    made  uuid := core.uuid_v7();
begin
    perform core.lines_check(o.id, lines, 'return');

    insert into core.order_return (id, order_id, number, status, reason,
                                   note, actor_id)
    select made, o.id, count(*) + 1, return_put.status, return_put.reason,
           return_put.note, actor
    from core.order_return t where t.order_id = o.id;

    insert into core.order_return_item (return_id, position, quantity,
                                        reason)
    select made, (l.line ->> 'item_id')::int,
           sum((l.line ->> 'quantity')::int), max(l.line ->> 'reason')
    from jsonb_array_elements(lines) l(line)
    group by (l.line ->> 'item_id')::int;

    perform core.return_claims(made, 1);
    perform core.return_changed(made, 'return.' || return_put.status, actor,
                                null);
    return made;
end
$$;


-- The lines of a return count as coming back (sign 1), or do not any more.
create or replace function core.return_claims(return_id uuid, sign int)
    returns void
language sql as $$
    update core.order_item i
    set returned = i.returned + sign * t.quantity
    from core.order_return_item t
    join core.order_return r on r.id = t.return_id
    where t.return_id = return_claims.return_id and i.order_id = r.order_id
          and i.position = t.position
$$;


-- The new state of a return: its order tells.
create or replace function core.return_changed(return_id uuid, type text,
                                               actor uuid, note text)
    returns void
language sql as $$
    select core.order_changed(
        o.id, return_changed.type, o.status, actor, return_changed.note,
        jsonb_build_object('return', core.return_document(t)))
    from core.order_return t
    join core.orders o on o.id = t.order_id
    where t.id = return_changed.return_id
$$;


-- Finds a return of a locked order that stands in one of these states.
-- Raises: CM404 return_not_found, CM412 version_mismatch, CM409 return_closed
--   with `return_status`.
create or replace function core.return_take(o core.orders, id uuid,
                                            expected_version bigint,
                                            states text[])
    returns core.order_return
language plpgsql as $$
declare
    t  core.order_return;
begin
    select * into t from core.order_return x
    where x.id = return_take.id and x.order_id = o.id
    for no key update;

    if not found then
        perform core.fail('return_not_found', 404);
    end if;

    perform core.check_version(t.version, expected_version);

    if t.status <> all (states) then
        perform core.fail('return_closed', 409, jsonb_build_object(
            'return_status', t.status));
    end if;

    return t;
end
$$;


-- A return that stands in one of these states is approved, rejected or called
-- off; without it its units may be asked back again. The note of staff stays on
-- it. Answers it as it then stands.
create or replace function core.return_decide(
        given text, return_id uuid, note text, expected_version bigint,
        principal jsonb, states text[], status text)
    returns core.order_return
language plpgsql as $$
declare
    o  core.orders := core.order_take(given, principal, null);
    t  core.order_return := core.return_take(o, return_decide.return_id,
                                             expected_version, states);
begin
    return core.return_decided(t, return_decide.status, return_decide.note,
                               (principal ->> 'sub')::uuid);
end
$$;


-- The same of a return that the caller has taken.
create or replace function core.return_decided(
        t core.order_return, status text, note text, actor uuid)
    returns core.order_return
language plpgsql as $$
begin
    update core.order_return x
    set version = x.version + 1, updated_at = now(),
        status = return_decided.status,
        note = case when return_decided.status = 'canceled' then x.note
               else coalesce(return_decided.note, x.note) end
    where x.id = t.id;

    if return_decided.status <> 'approved' then
        perform core.return_claims(t.id, -1);
    end if;

    perform core.return_changed(t.id, 'return.' || return_decided.status,
                                actor, return_decided.note);

    select * into t from core.order_return x where x.id = t.id;
    return t;
end
$$;


-- What came back: all of a return, or `lines` [{item_id, quantity, restock}].
-- What can be sold again is in the stock; what cannot came in and was written
-- off at once, so that the ledger tells of it. What did not come back of a
-- return may be asked back again.
--
-- Raises: CM422 unknown_item, CM409 not_returnable, CM404 location_not_found.
-- Locks: levels in key order, then products that cross a threshold.
create or replace function core.return_receive(
        o core.orders, t core.order_return, lines jsonb, restock boolean,
        place bigint, loss text, actor uuid)
    returns void
language plpgsql as $$
declare
    line  record;
begin
    if exists (select from jsonb_array_elements(lines) l
               where not exists (
                   select from core.order_return_item i
                   where i.return_id = t.id
                         and i.position = (l ->> 'item_id')::int))
    then
        perform core.fail('unknown_item', 422);
    elsif exists (select from core.lines_asked(lines) l
                  join core.order_return_item i on i.return_id = t.id
                                               and i.position = l.position
                  where l.total > i.quantity)
    then
        perform core.fail('not_returnable', 409);
    end if;

    for line in
        select s.variant_id, i.position, g.quantity, g.restock
        from core.order_return_item i
        join core.order_item s on s.order_id = o.id
                              and s.position = i.position
        cross join lateral (
            select i.quantity, return_receive.restock
            where lines is null
            union all
            select (l ->> 'quantity')::int,
                   coalesce((l ->> 'restock')::boolean,
                            return_receive.restock)
            from jsonb_array_elements(lines) l
            where (l ->> 'item_id')::int = i.position
                  and (l ->> 'quantity')::int > 0) g(quantity, restock)
        where i.return_id = t.id
        order by s.variant_id, i.position, g.restock
    loop
        perform core.stock_receive(line.variant_id, place, line.quantity,
                                   'return', t.reason, o.number::text, actor);

        if not line.restock then
            perform core.stock_receive(line.variant_id, place,
                                       -line.quantity, loss, t.reason,
                                       o.number::text, actor);
        end if;

        update core.order_return_item i
        set received = i.received + line.quantity,
            restocked = i.restocked + case when line.restock
                                      then line.quantity else 0 end
        where i.return_id = t.id and i.position = line.position;
    end loop;

    update core.order_item i
    set returned = i.returned - (r.quantity - r.received)
    from core.order_return_item r
    where r.return_id = t.id and i.order_id = o.id
          and i.position = r.position and r.received < r.quantity;
end
$$;


create or replace function core.return_document(t core.order_return)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'id', t.id, 'order_id', t.order_id, 'order_number', (
            select o.number from core.orders o where o.id = t.order_id),
        'number', t.number,
        'status', t.status, 'reason', t.reason, 'note', t.note,
        'items', core.return_items_shown(t),
        'exchange_order_id', t.exchange_order_id,
        'refunded', core.return_refunded(t), 'actor_id', t.actor_id,
        'created_at', core.rfc3339(t.created_at),
        'updated_at', core.rfc3339(t.updated_at),
        'received_at', core.rfc3339(t.received_at), 'version', t.version)
$$;


create or replace function core.return_items_shown(t core.order_return)
    returns jsonb
language sql stable as $$
    select jsonb_agg(jsonb_build_object(
               'item_id', i.position, 'variant_id', s.variant_id,
               'sku', s.sku, 'name', s.name, 'quantity', i.quantity,
               'reason', i.reason, 'received', i.received,
               'restocked', i.restocked) order by i.position)
    from core.order_return_item i
    join core.order_item s on s.order_id = t.order_id
                          and s.position = i.position
    where i.return_id = t.id
$$;


-- The returns of an order as a stranger may see them who knows its number.
create or replace function core.returns_tracked(order_id uuid) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'number', t.number, 'status', t.status, 'reason', t.reason,
               'items', (select jsonb_agg(jsonb_build_object(
                             'item_id', i.position, 'quantity', i.quantity,
                             'received', i.received) order by i.position)
                         from core.order_return_item i
                         where i.return_id = t.id),
               'created_at', core.rfc3339(t.created_at),
               'updated_at', core.rfc3339(t.updated_at))
               order by t.number), '[]')
    from core.order_return t
    where t.order_id = returns_tracked.order_id
$$;


-- One of them.
create or replace function core.return_tracked(order_id uuid, number int)
    returns jsonb
language sql stable as $$
    select r.value
    from jsonb_array_elements(core.returns_tracked(
             return_tracked.order_id)) r
    where (r.value ->> 'number')::int = return_tracked.number
$$;


-- What went back for it, or is on its way back.
create or replace function core.return_refunded(t core.order_return)
    returns jsonb
language sql stable as $$
    select core.money(coalesce(sum(r.amount), 0)::bigint, o.currency)
    from core.orders o
    left join core.refund r
           on r.order_id = o.id and r.status <> 'failed'
          and (r.return_id = t.id
               or r.parent_id in (select f.id from core.refund f
                                  where f.return_id = t.id))
    where o.id = t.order_id
    group by o.currency
$$;


-- Until when buyers may ask to give something back: so long after it was
-- delivered as setting returns.window says.
create or replace function core.return_window_open(order_id uuid)
    returns boolean
language sql stable as $$
    select exists (
        select from core.fulfilment f
        join core.setting s on s.key = 'returns.window'
        where f.order_id = return_window_open.order_id
              and f.delivered_at > now() - (s.value #>> '{}')::interval)
$$;


-- A return as lines: what came back, or what is to.
create or replace function core.return_lines(t core.order_return)
    returns jsonb
language sql stable as $$
    select jsonb_agg(jsonb_build_object('item_id', i.position,
                                        'quantity', n.quantity)
                     order by i.position)
    from core.order_return_item i
    cross join lateral (
        select case t.status when 'received' then i.received
               else i.quantity end) n(quantity)
    where i.return_id = t.id and n.quantity > 0
$$;


-- Places the order of an exchange: for each line of the return the same goods
-- again, or the variant that `swaps` [{item_id, variant_id}] names for it.
create or replace function core.exchange_put(
        o core.orders, t core.order_return, swaps jsonb, actor uuid,
        language text)
    returns uuid
language plpgsql as $$
declare
    placed  core.checkout_placed;
begin
    if exists (select from jsonb_array_elements(swaps) s
               where not exists (
                   select from core.order_return_item i
                   where i.return_id = t.id
                         and i.position = (s ->> 'item_id')::int))
    then
        perform core.fail('unknown_item', 422);
    end if;

    placed := core.checkout_place(jsonb_build_object(
        '_id', core.uuid_v7(), '_scope', t.id, '_key', 'exchange',
        '_fingerprint', 'exchange', '_staff', true,
        '_english', coalesce(language, '') like 'en%', '_actor', actor,
        '_customer', o.customer_id, '_name', o.name, '_email', o.email,
        'region', o.region, 'currency', o.currency, 'status', 'paid',
        'shipping_address', o.shipping_address,
        'payment_method', 'exchange',
        'items', (
            select jsonb_agg(jsonb_build_object(
                       'variant_id', coalesce(
                           (s.swap ->> 'variant_id')::bigint, i.variant_id),
                       'quantity', r.quantity,
                       'unit_amount', (i.total - i.tax) / i.quantity)
                       order by r.position)
            from core.lines_asked(core.return_lines(t)) r
            join core.order_item i on i.order_id = o.id
                                  and i.position = r.position
            left join jsonb_array_elements(swaps) s(swap)
                   on (s.swap ->> 'item_id')::int = r.position)));

    if placed.problem is not null then
        perform core.fail(placed.problem, placed.status,
                          placed.body::jsonb);
    end if;

    update core.orders x
    set payment_reference = 'return ' || t.id
    where x.id = (placed.body::jsonb ->> 'id')::uuid;

    return (placed.body::jsonb ->> 'id')::uuid;
end
$$;
