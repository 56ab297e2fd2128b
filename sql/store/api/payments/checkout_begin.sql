-- First step of a checkout: prices, reserves and writes the order as POST
-- /orders does, with a payment that is not yet begun and a job that looks
-- after it whatever becomes of the gateway; one transaction. Called by the
-- handler of POST /checkout, which gives the order and the payment their ids.
--
-- checkout is {order: an order for api.place_orders, payment: {id, provider,
-- flow, token, return_url, cancel_url}}.
--
-- Answers one row: `status` with `problem` and `body` of a refusal, or with
-- the whole answer (`body`) when there is nothing to pay or a key is repeated
-- whose answer is known; in_flight when somebody is just working on it; else
-- `work`, which is the caller's to go on with for a while.
-- Raises: 40001 when others were in the way again and again, CM409 due_changed
--   with `amount_due`.
-- Locks: those of api.place_orders, then the payment.

create or replace function api.checkout_begin(checkout jsonb)
    returns table (status int, replayed boolean, problem text, body text,
                   in_flight boolean, payment_id uuid, work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    item    jsonb := checkout_begin.checkout -> 'order';
    pay     jsonb := checkout_begin.checkout -> 'payment';
    placed  core.checkout_placed;
    stored  core.idempotency;
    p       core.payment;
    oid     uuid;
    due     bigint;                  -- what credit does not pay
begin
    placed := core.checkout_place(item);

    if placed.problem is not null then
        return query select placed.status, placed.replayed, placed.problem,
                            placed.body, false, null::uuid, null::jsonb;
        return;
    end if;

    oid := (placed.body::jsonb ->> 'id')::uuid;

    if placed.replayed then
        select * into stored from core.idempotency i
        where i.scope = item ->> '_scope' and i.operation = 'checkout'
              and i.key = item ->> '_key';

        if stored.status is not null then
            return query select stored.status, true, null::text,
                                stored.body::text, false, null::uuid,
                                null::jsonb;
            return;
        end if;

        select * into p from core.payment q
        where q.order_id = oid and q.provider <> 'credit'
        order by q.id limit 1;

        if p.id is not null and not core.payment_lease(p.id) then
            return query select null::int, true, null::text, null::text,
                                true, p.id, null::jsonb;
            return;
        end if;

        -- whoever let the payment go a moment ago has kept the answer

        select * into stored from core.idempotency i
        where i.scope = item ->> '_scope' and i.operation = 'checkout'
              and i.key = item ->> '_key';

        if stored.status is not null then
            perform core.payment_let_go(p.id);

            return query select stored.status, true, null::text,
                                stored.body::text, false, null::uuid,
                                null::jsonb;
            return;
        end if;
    else
        select core.order_due(o) into due from core.orders o where o.id = oid;

        if due <> (item #>> '{expected_due,amount}')::bigint then
            perform core.fail('due_changed', 409, jsonb_build_object(
                'amount_due', core.money(due, o.currency)))
            from core.orders o where o.id = oid;
        end if;

        insert into core.payment (id, order_id, amount, currency, provider,
                                  flow, token, return_url, cancel_url,
                                  leased_until, by_hand)
        select (pay ->> 'id')::uuid, o.id, due, o.currency,
               pay ->> 'provider', pay ->> 'flow', pay ->> 'token',
               pay ->> 'return_url', pay ->> 'cancel_url',
               core.payment_leased(), core.payment_by_hand()
        from core.orders o
        where o.id = oid and due > 0
        returning * into p;

        if p.id is not null then
            perform core.payment_later(p.id, '40 seconds');
        end if;
    end if;

    -- there is nothing to pay

    if p.id is null then
        return query
        select 201, placed.replayed, null::text,
               core.checkout_free(oid, item)::text, false, null::uuid,
               null::jsonb;
        return;
    end if;

    return query select null::int, placed.replayed, null::text, null::text,
                        false, p.id,
                        to_jsonb(core.payment_work(p, null, null));
end
$$;
