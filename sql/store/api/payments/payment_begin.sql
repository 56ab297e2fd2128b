-- Another payment of an order that is not paid, after one failed or was given
-- up: first step of POST /orders/{id}/payments, for the order's buyer, a
-- guest by his cart. One
-- transaction with the job that looks after it. Answers as
-- api.checkout_begin() does; a payment that is still under way, and begun
-- with the same key, is gone on with.
--
-- Raises: CM404 order_not_found, CM409 order_not_payable with `order_status`,
--   CM409 payment_under_way with `payment_id`.
-- Locks: the order, the payment.

create or replace function api.payment_begin(id text, payment jsonb,
                                             keep jsonb, principal jsonb)
    returns table (status int, replayed boolean, problem text, body text,
                   in_flight boolean, payment_id uuid, work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    pay     jsonb := payment_begin.payment;
    stored  core.idempotency;
    o       core.orders;
    p       core.payment;
    due     bigint;
begin
    select * into o from core.orders x
    where x.id = core.order_id(payment_begin.id)
          and core.order_mine(x, payment_begin.principal)
    for no key update;

    if not found then
        perform core.fail('order_not_found', 404);
    end if;

    select * into stored from core.idempotency i
    where i.scope = payment_begin.keep ->> 'scope'
          and i.operation = 'checkout' and i.key = payment_begin.keep ->> 'key';

    if stored.fingerprint <> payment_begin.keep ->> 'fingerprint' then
        perform core.fail('idempotency_key_reused', 422);
    end if;

    if stored.status is not null then
        return query select stored.status, true, null::text,
                            stored.body::text, false, null::uuid, null::jsonb;
        return;
    end if;

    select * into p from core.payment q
    where q.order_id = o.id
          and q.status not in ('failed', 'canceled', 'captured');

    if p.id is not null then
        if p.provider is distinct from pay ->> 'provider'
           or p.token is distinct from pay ->> 'token'
           or p.flow is distinct from pay ->> 'flow'
           or p.status not in ('created', 'processing')
        then
            perform core.fail('payment_under_way', 409, jsonb_build_object(
                'payment_id', p.id));
        end if;

        return query
        select null::int, true, null::text, null::text,
               not core.payment_lease(p.id), p.id,
               to_jsonb(core.payment_work(p, null, null));
        return;
    end if;

    due := core.order_due(o);

    if o.status not in ('pending', 'stock_shortfall') or due = 0 then
        perform core.fail('order_not_payable', 409, jsonb_build_object(
            'order_status', o.status));
    end if;

    insert into core.payment (id, order_id, amount, currency, provider, flow,
                              token, return_url, cancel_url, leased_until,
                              by_hand)
    values ((pay ->> 'id')::uuid, o.id, due, o.currency,
            pay ->> 'provider', pay ->> 'flow', pay ->> 'token',
            pay ->> 'return_url', pay ->> 'cancel_url',
            core.payment_leased(), core.payment_by_hand())
    returning * into p;

    perform core.payment_later(p.id, '40 seconds');

    return query select null::int, false, null::text, null::text, false, p.id,
                        to_jsonb(core.payment_work(p, null, null));
end
$$;
