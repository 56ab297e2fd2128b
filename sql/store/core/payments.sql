-- How payments are seen, merged, and what they do to their orders.


-- How far a payment has come. What is seen moves it forward only; a failed
-- attempt may be followed by a better one, money that was taken is the end.
create or replace function core.payment_rank(status text) returns int
language sql immutable as $$
    select array_position(array['created', 'requires_action', 'processing',
                                'failed', 'authorized', 'canceled',
                                'captured'], status)
$$;


-- Puts aside what a person has to look at, once for each subject and reason.
create or replace function core.payment_park(provider text, reason text,
                                             subject text, payment_id uuid,
                                             seen jsonb)
    returns void
language plpgsql as $$
begin
    insert into core.payment_parked (provider, reason, subject, payment_id,
                                     seen)
    values (payment_park.provider, payment_park.reason, payment_park.subject,
            payment_park.payment_id, payment_park.seen)
    on conflict do nothing;

    update core.payment p set review = true, updated_at = now(),
           version = p.version + 1
    where p.id = payment_park.payment_id and not p.review;
end
$$;


-- Locks a payment with its order, the order first, and answers it; null when
-- there is none.
create or replace function core.payment_lock(payment_id uuid)
    returns core.payment
language plpgsql as $$
declare
    p  core.payment;
begin
    perform from core.orders o
    where o.id = (select q.order_id from core.payment q
                  where q.id = payment_lock.payment_id)
    for no key update;

    select * into p from core.payment q
    where q.id = payment_lock.payment_id
    for no key update;

    return p;
end
$$;


-- Merges what a provider says of a locked payment:
--   {status, reference, authorization_reference, capture_reference, amount,
--    currency, captured, refunded, action, error}
-- of which only `status` must be there. Answers applied or parked.
create or replace function core.payment_see(p core.payment, seen jsonb)
    returns text
language plpgsql as $$
declare
    reason    text;
    taken     bigint := greatest(p.captured,
                                 coalesce((seen ->> 'captured')::bigint, 0));
    returned  bigint := greatest(p.refunded,
                                 coalesce((seen ->> 'refunded')::bigint
                                          + core.payment_credited(p), 0));
    forward   boolean := core.payment_rank(seen ->> 'status')
                         > core.payment_rank(p.status);
begin
    reason := case
        when seen ->> 'currency' <> p.currency then 'currency_mismatch'
        when (seen ->> 'amount')::bigint <> p.amount
             or seen ->> 'status' = 'captured' and taken <> p.amount
             or taken > p.amount or returned > taken
             then 'amount_mismatch' end;

    if reason is not null then
        perform core.payment_park(p.provider, reason, p.id::text, p.id, seen);
        return 'parked';
    end if;

    update core.payment q
    set status = case when forward then seen ->> 'status' else q.status end,
        captured = taken, refunded = returned,
        promised = greatest(q.promised, returned),
        reference = coalesce(q.reference, seen ->> 'reference'),
        capture_reference = coalesce(q.capture_reference,
                                     seen ->> 'capture_reference'),
        authorization_reference = coalesce(
            q.authorization_reference, seen ->> 'authorization_reference'),
        action = case when forward then nullif(seen -> 'action', 'null')
                      else q.action end,
        error = case when forward then seen ->> 'error' else q.error end,
        looking = false,
        version = q.version + 1, updated_at = now()
    where q.id = p.id;

    if forward and seen ->> 'status' = 'canceled' then
        perform core.payment_event_put(p.id, 'payment.canceled');
    end if;

    if taken > p.captured then
        perform core.payment_captured(p.id);
    end if;

    if returned > p.refunded then
        perform core.payment_refunded(p.id);
    end if;

    return 'applied';
end
$$;


-- What of a payment went back as store credit: its provider knows nothing of
-- that.
create or replace function core.payment_credited(p core.payment)
    returns bigint
language sql stable as $$
    select coalesce(sum(r.amount), 0)::bigint
    from core.refund r
    where r.payment_id = p.id and r.credit_id is not null
          and r.status = 'succeeded' and p.provider <> 'credit'
$$;


-- Something happened to a payment: its order tells.
create or replace function core.payment_event_put(payment_id uuid, type text)
    returns void
language sql as $$
    select core.order_changed(
        o.id, payment_event_put.type, o.status, p.wanted_by, null,
        jsonb_build_object('payment', jsonb_build_object(
            'id', p.id, 'provider', p.provider, 'status', p.status,
            'amount', core.money(p.amount, p.currency),
            'captured', core.money(p.captured, p.currency),
            'refunded', core.money(p.refunded, p.currency))))
    from core.payment p
    join core.orders o on o.id = p.order_id
    where p.id = payment_event_put.payment_id
$$;


-- Money came in: the order is paid when nothing is missing. If it was canceled
-- meanwhile the money goes back, if it was paid already a person decides.
create or replace function core.payment_captured(payment_id uuid)
    returns void
language plpgsql as $$
declare
    p       core.payment;
    o       core.orders;
    all_in  bigint;
    others  bigint;                  -- without what went back
begin
    perform core.payment_event_put(payment_id, 'payment.captured');

    select * into p from core.payment where id = payment_captured.payment_id;
    select * into o from core.orders where id = p.order_id;

    select sum(q.captured),
           sum(q.captured - q.refunded) filter (where q.id <> p.id)
    into all_in, others
    from core.payment q where q.order_id = p.order_id;

    if others > 0 and others + p.captured > o.total - o.canceled_total then
        perform core.payment_park(p.provider, 'paid_twice', p.id::text, p.id,
                                  '{}');
        return;
    end if;

    if o.status = 'canceled' then
        perform core.payment_later(p.id);
        return;
    end if;

    if o.status in ('pending', 'stock_shortfall')
       and all_in >= o.total - o.canceled_total
    then
        update core.orders u
        set payment_method = p.provider, payment_reference = p.reference
        where u.id = o.id;

        perform core.order_becomes(o.id, 'paid', p.wanted_by, null,
            jsonb_build_object('payment_id', p.id, 'provider', p.provider));

        -- an attempt that was given up, at the price of before

        perform core.order_pays_back(
            o.id, d.surplus, null, 'more than the order costs', null, null,
            true)
        from (select core.refund_there(o.id, null)
                     - (o.total - o.canceled_total)) d(surplus)
        where d.surplus > 0;
    end if;
end
$$;


-- Money went back: refunds that were not made here get a row, and the order
-- tells of it. Goods that never left are canceled once all of it is back.
create or replace function core.payment_refunded(payment_id uuid)
    returns void
language plpgsql as $$
declare
    p      core.payment;
    o      core.orders;
    known  bigint;
    kept   bigint;                   -- of all payments of the order
    made   uuid := core.uuid_v7();
    aim    text;
    data   jsonb;
begin
    select * into p from core.payment where id = payment_refunded.payment_id;

    select coalesce(sum(r.amount), 0) into known
    from core.refund r
    where r.payment_id = p.id and r.status <> 'failed';

    if p.refunded > known then
        insert into core.refund (id, payment_id, order_id, amount, currency,
                                 status, reason)
        values (made, p.id, p.order_id, p.refunded - known, p.currency,
                'succeeded', 'by the provider');

        perform core.refund_event_put(made, 'refund.succeeded');
    end if;

    select * into o from core.orders where id = p.order_id;

    select sum(q.captured - q.refunded) into kept
    from core.payment q where q.order_id = p.order_id;

    aim := case when o.status in ('shipped', 'delivered',
                                  'partially_refunded')
                     or o.status = 'paid' and kept = 0
                        and o.fulfilment_status <> 'unfulfilled'
                then case when kept = 0 then 'refunded'
                          when kept < o.total - o.canceled_total
                          then 'partially_refunded' end
                when o.status = 'paid' and kept = 0
                     and o.total > o.canceled_total then 'canceled' end;
    data := jsonb_build_object('payment_id', p.id, 'refunded',
                               core.money(p.refunded, p.currency));

    if aim = 'canceled' then
        perform core.order_move(o, aim, null, null, data);
    elsif aim <> o.status then
        perform core.order_becomes(o.id, aim, null, null, data);

        if o.status = 'paid' then
            perform core.order_release(o.id);
        end if;
    end if;
end
$$;


-- A job shall look at a payment, in a while.
create or replace function core.payment_later(
        payment_id uuid, after interval default '0')
    returns void
language sql as $$
    select core.job_put('payment_reconcile', jsonb_build_object(
                            'payment_id', payment_later.payment_id),
                        now() + payment_later.after,
                        payment_later.payment_id::text)
$$;


-- An order was canceled: what is being paid for it is called off, what was
-- paid goes back; credit at once. Called by core.order_move.
create or replace function core.payment_order_canceled(order_id uuid)
    returns void
language sql as $$
    select core.order_credit_back(payment_order_canceled.order_id);

    select core.payment_later(p.id)
    from core.payment p
    where p.order_id = payment_order_canceled.order_id
          and p.provider <> 'credit'
          and (p.status not in ('failed', 'canceled', 'captured')
               or p.captured > p.promised)
$$;


-- Until when a payment that is taken now is nobody else's: setting
-- payments.lease has to be longer than the longest talk with a provider.
create or replace function core.payment_leased() returns timestamptz
language sql stable as $$
    select now() + (s.value #>> '{}')::interval
    from core.setting s
    where s.key = 'payments.lease'
$$;


-- Whether payments that begin now wait for staff to capture them.
create or replace function core.payment_by_hand() returns boolean
language sql stable as $$
    select coalesce((select s.value = '"manual"' from core.setting s
                     where s.key = 'payments.capture'), false)
$$;


-- Takes a payment for one talk with its provider: nobody else gets it until
-- it is let go, or its time is over. A hint is taken along: one that comes
-- from now on waits for the next talk.
create or replace function core.payment_lease(payment_id uuid)
    returns boolean
language plpgsql as $$
begin
    update core.payment p
    set leased_until = core.payment_leased(),
        looking = p.looking or p.look, look = false
    where p.id = payment_lease.payment_id
          and (p.leased_until is null or p.leased_until < now());

    return found;
end
$$;


-- Lets a payment go. A hint that was taken along and not answered stays one.
create or replace function core.payment_let_go(payment_id uuid)
    returns void
language sql as $$
    update core.payment p
    set leased_until = null, look = p.look or p.looking, looking = false
    where p.id = payment_let_go.payment_id
$$;


-- What is to be done about a payment now.
create or replace function core.payment_next(p core.payment) returns text
language sql stable as $$
    select case
        when p.review then 'done'
        when (p.look or p.looking) and p.reference is not null
             then 'fetch'
        when p.captured > p.promised and o.status = 'canceled' then 'refund'
        when p.status in ('captured', 'canceled') then 'done'
        when p.reference is null and p.status <> 'failed' then 'start'
        when o.status = 'canceled' or p.wanted = 'cancel' then 'cancel'
        when p.status = 'failed' and p.reference is null then 'done'
        when p.status = 'authorized'
             and (not p.by_hand or p.wanted = 'capture') then 'capture'
        when p.status = 'processing' and p.provider = 'paypal' and p.by_hand
             and p.authorization_reference is null then 'authorize'
        else 'fetch' end
    from core.orders o
    where o.id = p.order_id
$$;


-- All that a gateway has to know to do it.
create or replace function core.payment_work(p core.payment, refund uuid,
                                             next text)
    returns core.payment_work
language sql stable as $$
    select row(p.id, p.order_id, o.number, p.provider, p.flow, p.status,
               p.amount, p.currency, p.captured, p.token, p.return_url,
               p.cancel_url, o.email, p.reference, p.capture_reference, r.id,
               r.amount, coalesce(payment_work.next, core.payment_next(p)),
               p.by_hand, p.authorization_reference)::core.payment_work
    from core.orders o
    left join core.refund r on r.id = payment_work.refund
    where o.id = p.order_id
$$;


create or replace function core.payment_document(p core.payment)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'id', p.id, 'order_id', p.order_id, 'provider', p.provider,
        'flow', p.flow, 'status', p.status, 'review', p.review,
        'amount', core.money(p.amount, p.currency),
        'captured', core.money(p.captured, p.currency),
        'refunded', core.money(p.refunded, p.currency),
        'action', p.action, 'error', p.error, 'reference', p.reference,
        'credit_id', p.credit_id, 'created_at', core.rfc3339(p.created_at),
        'updated_at', core.rfc3339(p.updated_at), 'version', p.version)
$$;
