-- Promises to give money of an order back: first step of POST
-- /orders/{id}/refunds, for staff with orders:write, whose handler gives the
-- refund its id. One transaction with the job that sees it through.
--
-- The body says how much: `amount`, or what for: `items` ([{item_id,
-- quantity}]), `shipping`, `return_id`; all that is left otherwise. With both
-- the amount is at most what that cost. What one payment of the order cannot
-- give, the next one does: providers first, then credit; those refunds name
-- this one as their parent. `to: store_credit` gives all of it to the buyer's
-- store credit.
--
-- Answers the refund with `work`; a repeated key answers the refund as it
-- stands (replayed), and `work` again while it is pending and nobody is at it.
--
-- Raises: CM404 order_not_found, CM409 nothing_to_refund, CM409
--   refund_too_large with `available`, CM409 already_refunded with `errors`,
--   CM422 unknown_item, CM422 store_credit_needs_account, CM404 return_not_found, CM409 return_not_received,
--   CM422 idempotency_key_reused.
-- Locks: the order, the payment.

create or replace function api.refund_begin(
        id text, refund_id uuid, body jsonb, key text, fingerprint text,
        principal jsonb)
    returns table (replayed boolean, refund jsonb, payment_id uuid,
                   work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := refund_begin.body;
    actor  uuid := (refund_begin.principal ->> 'sub')::uuid;
    oid    uuid := core.order_id(refund_begin.id);
    o      core.orders;
    p      core.payment;
    r      core.refund;
    lines  jsonb;                    -- with what they cost
    parts  bigint;                   -- and freight; null: all that is left
    there  bigint;                   -- to be given back
begin
    select * into o from core.orders x where x.id = oid for no key update;

    if not found then
        perform core.fail('order_not_found', 404);
    end if;

    select * into r from core.refund f
    where f.actor_id = actor and f.key = refund_begin.key;

    if r.id is not null then
        if r.fingerprint <> refund_begin.fingerprint then
            perform core.fail('idempotency_key_reused', 422);
        end if;

        select * into p from core.payment q where q.id = r.payment_id;

        return query
        select true, core.refund_document(r), p.id,
               case when r.status = 'pending' and core.payment_lease(p.id)
                    then to_jsonb(core.payment_work(p, r.id, 'refund')) end;
        return;
    end if;

    there := core.refund_there(oid, (asked ->> 'payment_id')::uuid);

    if there = 0 then
        perform core.fail('nothing_to_refund', 409);
    elsif asked ->> 'to' = 'store_credit' and o.customer_id is null then
        perform core.fail_at('store_credit_needs_account', 422, '/to');
    end if;

    lines := core.refund_lines(oid, core.refund_asked(oid, asked));
    r.shipping := case when (asked ->> 'shipping')::boolean
                       then core.refund_freight(o) else 0 end;
    parts := case when lines is not null or (asked ->> 'shipping')::boolean
             then r.shipping + coalesce((
                      select sum((l ->> 'amount')::bigint)
                      from jsonb_array_elements(lines) l), 0) end;
    r.amount := coalesce((asked #>> '{amount,amount}')::bigint, parts,
                         there);

    if r.amount > least(parts, there)
       or asked #>> '{amount,currency}' <> o.currency
    then
        perform core.fail('refund_too_large', 409, jsonb_build_object(
            'available', core.money(least(parts, there), o.currency)));
    elsif r.amount <= 0 then
        perform core.fail('nothing_to_refund', 409);
    end if;

    r.id := refund_begin.refund_id;
    r.shipping := least(r.shipping, r.amount);
    r.reason := asked ->> 'reason';
    r.return_id := (asked ->> 'return_id')::uuid;
    r.actor_id := actor;
    r.key := refund_begin.key;
    r.fingerprint := refund_begin.fingerprint;

    if asked ->> 'to' = 'store_credit' then
        r.credit_id := core.credit_of(o.customer_id, o.currency);
    end if;

    p := core.refund_spread(oid, (asked ->> 'payment_id')::uuid, r, lines);

    return query
    select false, core.refund_document(f), p.id,
           case when f.status = 'pending' and core.payment_lease(p.id)
                then to_jsonb(core.payment_work(p, f.id, 'refund')) end
    from core.refund f
    where f.id = refund_begin.refund_id;
end
$$;
