-- Promises to give money of an order back: first step of POST
-- /orders/{id}/refunds, for staff with orders:write, whose handler gives the
-- refund its id. One transaction with the job that sees it through.
--
-- Answers the refund with `work`; a repeated key answers the refund as it
-- stands (replayed), and `work` again while it is pending and nobody is at it.
--
-- Raises: CM404 order_not_found, CM409 nothing_to_refund, CM409
--   refund_too_large with `available`, CM422 idempotency_key_reused.
-- Locks: the order, the payment.

create or replace function api.refund_begin(
        id text, refund_id uuid, body jsonb, key text, fingerprint text,
        principal jsonb)
    returns table (replayed boolean, refund jsonb, payment_id uuid,
                   work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    actor   uuid := (refund_begin.principal ->> 'sub')::uuid;
    amount  bigint := (refund_begin.body #>> '{amount,amount}')::bigint;
    oid     uuid := core.order_id(refund_begin.id);
    p       core.payment;
    r       core.refund;
begin
    perform from core.orders o where o.id = oid for no key update;

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

    select * into p from core.payment q
    where q.order_id = oid and q.captured > q.promised
          and q.id = coalesce((refund_begin.body ->> 'payment_id')::uuid,
                              q.id)
    order by q.id limit 1
    for no key update;

    if p.id is null then
        perform core.fail('nothing_to_refund', 409);
    end if;

    amount := coalesce(amount, p.captured - p.promised);

    if amount > p.captured - p.promised
       or refund_begin.body #>> '{amount,currency}' <> p.currency
    then
        perform core.fail('refund_too_large', 409, jsonb_build_object(
            'available', core.money(p.captured - p.promised, p.currency)));
    end if;

    perform core.refund_put(p, refund_begin.refund_id, amount,
                            refund_begin.body ->> 'reason', actor,
                            refund_begin.key, refund_begin.fingerprint);
    perform core.payment_lease(p.id);

    return query
    select false, core.refund_document(f), p.id,
           to_jsonb(core.payment_work(p, f.id, 'refund'))
    from core.refund f
    where f.id = refund_begin.refund_id;
end
$$;
