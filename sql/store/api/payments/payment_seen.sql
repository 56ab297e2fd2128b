-- What a provider answered about a payment (core.payment_see), or about a
-- refund of it (core.refund_see): called by the gateway's flows after each
-- talk. `keep` is null, or {scope, key, fingerprint, language} of a checkout
-- whose answer is made and kept now, in the same transaction. If it is not
-- null the payment is let go; {} is only that.
--
-- Answers the checkout's body, if asked for, and what is to be done next.
-- Locks: the order, the payment, then stock levels in key order.

create or replace function api.payment_seen(payment_id uuid, refund_id uuid,
                                            seen jsonb, keep jsonb)
    returns table (body jsonb, next text, work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    p       core.payment;
    answer  jsonb;
begin
    p := core.payment_lock(payment_seen.payment_id);

    if p.id is null then
        perform core.fail('payment_not_found', 404);
    end if;

    if payment_seen.refund_id is not null then
        perform core.refund_see(payment_seen.refund_id, payment_seen.seen);
    elsif payment_seen.seen is not null then
        perform core.payment_see(p, payment_seen.seen);
    end if;

    if payment_seen.keep ? 'key' then
        answer := core.checkout_document(p.order_id, p.id,
                                         payment_seen.keep ->> 'language');

        perform core.payment_answer_keep(
            payment_seen.keep ->> 'scope', 'checkout',
            payment_seen.keep ->> 'key', payment_seen.keep ->> 'fingerprint',
            201, answer);
    end if;

    if payment_seen.keep is not null then
        perform core.payment_let_go(p.id);

        -- nothing more is to come: its job need not look

        perform core.job_end(j.id, 'done', null, null)
        from core.job j
        where j.kind = 'payment_reconcile' and j.dedupe = p.id::text
              and j.status = 'waiting'
              and exists (select from core.payment q
                          where q.id = p.id and core.payment_next(q) = 'done'
                                and q.status = 'captured');
    end if;

    return query
    select answer, core.payment_next(q),
           to_jsonb(core.payment_work(q, null, null))
    from core.payment q
    where q.id = p.id;
end
$$;
