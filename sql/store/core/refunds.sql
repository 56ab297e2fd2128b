-- Money that goes back: of a payment, of lines of its order, of freight, of a
-- return. All callers hold the order and the payment.


-- Promises to give money back: a row that is pending. `lines` is
-- core.refund_lines() or null. What goes to an account of credit (credit_id, or
-- where a payment out of credit came from) is there at once.
create or replace function core.refund_put(
        p core.payment, r core.refund, lines jsonb)
    returns void
language plpgsql as $$
begin
    r.credit_id := coalesce(r.credit_id, p.credit_id);

    update core.payment q
    set promised = q.promised + r.amount, version = q.version + 1,
        updated_at = now()
    where q.id = p.id;

    insert into core.refund (id, payment_id, order_id, amount, currency,
                             reason, actor_id, key, fingerprint, return_id,
                             shipping, credit_id, parent_id, surplus)
    values (r.id, p.id, p.order_id, r.amount, p.currency, r.reason,
            r.actor_id, r.key, r.fingerprint, r.return_id,
            coalesce(r.shipping, 0), r.credit_id, r.parent_id,
            coalesce(r.surplus, false));

    insert into core.refund_item (refund_id, position, quantity, amount)
    select r.id, (l ->> 'item_id')::int, (l ->> 'quantity')::int,
           (l ->> 'amount')::bigint
    from jsonb_array_elements(lines) l;

    perform core.refund_units(r.id, 1);
    perform core.refund_event_put(r.id, 'refund.created');

    if r.credit_id is null then
        perform core.payment_later(p.id, '20 seconds');
        return;
    end if;

    perform core.credit_move(
        r.credit_id, 'refund', r.amount,
        jsonb_populate_record(null::core.credit_entry, jsonb_build_object(
            'order_id', p.order_id, 'refund_id', r.id, 'reason', r.reason,
            'actor_id', r.actor_id)));
    perform core.refund_see(r.id, '{"status": "succeeded"}');
end
$$;


-- What payments of an order can still give back: of one of them, or of all.
create or replace function core.refund_there(order_id uuid, payment_id uuid)
    returns bigint
language sql stable as $$
    select coalesce(sum(p.captured - p.promised), 0)::bigint
    from core.payment p
    where p.order_id = refund_there.order_id
          and p.id = coalesce(refund_there.payment_id, p.id)
$$;


-- Gives an amount (r.amount, of which r.shipping is freight) back from one
-- payment after another: providers first. The first refund is r; it alone has
-- the lines, and the others name it as their parent. Answers its payment as it
-- then stands.
create or replace function core.refund_spread(
        order_id uuid, payment_id uuid, r core.refund, lines jsonb)
    returns core.payment
language plpgsql as $$
declare
    rest   core.refund := r;
    part   core.refund;
    first  core.payment;
    p      core.payment;
begin
    for p in
        select q.* from core.payment q
        where q.order_id = refund_spread.order_id
              and q.captured > q.promised
              and q.id = coalesce(refund_spread.payment_id, q.id)
        order by q.provider = 'credit', q.credit_id, q.id
        for no key update
    loop
        exit when rest.amount = 0;

        part := rest;
        part.amount := least(rest.amount, p.captured - p.promised);
        part.shipping := least(rest.shipping, part.amount);
        perform core.refund_put(p, part, lines);

        if first.id is null then
            first := p;
        end if;

        lines := null;
        rest.id := core.uuid_v7();
        rest.parent_id := r.id;
        rest.key := null;
        rest.return_id := null;
        rest.amount := rest.amount - part.amount;
        rest.shipping := rest.shipping - part.shipping;
    end loop;

    return first;
end
$$;


-- The units of a refund are paid back (sign 1), or not after all (-1).
create or replace function core.refund_units(refund_id uuid, sign int)
    returns void
language sql as $$
    update core.order_item i
    set refunded = i.refunded + sign * t.quantity
    from core.refund_item t
    join core.refund r on r.id = t.refund_id
    where t.refund_id = refund_units.refund_id and i.order_id = r.order_id
          and i.position = t.position
$$;


-- What units of lines cost, [{item_id, quantity, amount}] of [{item_id,
-- quantity}]: parts of a line's total that add up to it, whichever way it goes
-- back.
-- Raises: CM422 unknown_item, CM409 already_refunded with `errors`.
create or replace function core.refund_lines(order_id uuid, lines jsonb)
    returns jsonb
language plpgsql stable as $$
begin
    perform core.lines_check(refund_lines.order_id, lines, 'refund');

    return (
        select jsonb_agg(jsonb_build_object(
                   'item_id', i.position, 'quantity', l.quantity,
                   'amount', core.part_of(i.total, i.refunded + l.quantity,
                                          i.quantity)
                             - core.part_of(i.total, i.refunded, i.quantity))
                   order by i.position)
        from core.lines_summed(lines) l
        join core.order_item i on i.order_id = refund_lines.order_id
                              and i.position = l.position);
end
$$;


-- So many units of a line that costs total, rounded half up.
create or replace function core.part_of(total bigint, units bigint,
                                        quantity bigint)
    returns bigint
language sql immutable as $$
    select round(total::numeric * units / quantity)::bigint
$$;


-- The freight of an order that may still go back.
create or replace function core.refund_freight(o core.orders) returns bigint
language sql stable as $$
    select o.shipping_total + o.shipping_tax - coalesce((
               select sum(r.shipping) from core.refund r
               where r.order_id = o.id and r.status <> 'failed'), 0)::bigint
$$;


-- What became of a refund: {status, reference, error}. What failed is no
-- longer promised, and a person has to look.
create or replace function core.refund_see(refund_id uuid, seen jsonb)
    returns void
language plpgsql as $$
declare
    r  core.refund;
begin
    update core.refund f
    set status = seen ->> 'status', version = f.version + 1,
        reference = coalesce(f.reference, seen ->> 'reference'),
        error = seen ->> 'error', updated_at = now()
    where f.id = refund_see.refund_id and f.status = 'pending'
    returning * into r;

    if not found or r.status = 'pending' then
        return;
    end if;

    if r.status = 'failed' then
        update core.payment p
        set promised = greatest(p.refunded, p.promised - r.amount),
            version = p.version + 1, updated_at = now()
        where p.id = r.payment_id;

        perform core.refund_units(r.id, -1);
        perform core.payment_park(p.provider, 'refund_failed', r.id::text,
                                  p.id, seen)
        from core.payment p where p.id = r.payment_id;
        perform core.refund_event_put(r.id, 'refund.failed');
        return;
    end if;

    update core.payment p
    set refunded = greatest(p.refunded, (
            select sum(f.amount) from core.refund f
            where f.payment_id = p.id and f.status = 'succeeded')),
        version = p.version + 1, updated_at = now()
    where p.id = r.payment_id;

    perform core.refund_event_put(r.id, 'refund.succeeded');
    perform core.payment_refunded(r.payment_id);
end
$$;


-- Something happened to a refund: its order tells.
create or replace function core.refund_event_put(refund_id uuid, type text)
    returns void
language sql as $$
    select core.order_changed(
        o.id, refund_event_put.type, o.status, r.actor_id, null,
        jsonb_build_object('refund', core.refund_document(r)))
    from core.refund r
    join core.orders o on o.id = r.order_id
    where r.id = refund_event_put.refund_id
$$;


create or replace function core.refund_document(r core.refund)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'id', r.id, 'payment_id', r.payment_id, 'order_id', r.order_id,
        'return_id', r.return_id, 'credit_id', r.credit_id,
        'parent_id', r.parent_id,
        'amount', core.money(r.amount, r.currency), 'status', r.status,
        'shipping', core.money(r.shipping, r.currency),
        'items', core.refund_items_shown(r), 'reason', r.reason,
        'reference', r.reference, 'error', r.error, 'actor_id', r.actor_id,
        'created_at', core.rfc3339(r.created_at),
        'updated_at', core.rfc3339(r.updated_at), 'version', r.version)
$$;


create or replace function core.refund_items_shown(r core.refund)
    returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'item_id', t.position, 'quantity', t.quantity,
               'amount', core.money(t.amount, r.currency))
               order by t.position), '[]')
    from core.refund_item t
    where t.refund_id = r.id
$$;


-- All that was not given back yet, of an order that was canceled.
create or replace function core.refund_of_rest(p core.payment, id uuid)
    returns core.refund
language plpgsql stable as $$
declare
    r  core.refund;
begin
    r.id := refund_of_rest.id;
    r.amount := p.captured - p.promised;
    r.reason := 'order canceled';
    return r;
end
$$;


-- The lines that a refund is for: those of the request, or what came back with
-- the return that it names.
-- Raises: CM404 return_not_found, CM409 return_not_received.
create or replace function core.refund_asked(order_id uuid, asked jsonb)
    returns jsonb
language plpgsql stable as $$
declare
    status  text;
begin
    if not asked ? 'return_id' then
        return asked -> 'items';
    end if;

    select t.status into status from core.order_return t
    where t.id = (asked ->> 'return_id')::uuid
          and t.order_id = refund_asked.order_id;

    if not found then
        perform core.fail('return_not_found', 404);
    elsif status <> 'received' then
        perform core.fail('return_not_received', 409);
    end if;

    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                            'item_id', t.position, 'quantity', t.received)
                            order by t.position), '[]')
        from core.order_return_item t
        where t.return_id = (asked ->> 'return_id')::uuid
              and t.received > 0);
end
$$;
