-- Takes a payment for one talk with its provider: for the job that looks after
-- it, and for a buyer who comes back from the provider's page. Answers its
-- `work`; `busy` when somebody else is talking; no row when there is none.
--
-- With a principal only its buyer and staff (orders:read) get it. With
-- `abandon` (the job) `next` may be cancel: nobody paid for as long as
-- setting payments.abandon_after says. A refund that is still pending comes
-- first.
-- Locks: the order, the payment.

create or replace function api.payment_take(payment_id uuid, principal jsonb,
                                            abandon boolean)
    returns table (busy boolean, work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    p       core.payment;
    refund  uuid;
    next    text;
    after   interval := (select (s.value #>> '{}')::interval
                         from core.setting s
                         where s.key = 'payments.abandon_after');
begin
    p := core.payment_lock(payment_take.payment_id);

    if p.id is null or p.provider = 'credit'
       or payment_take.principal is not null
       and not core.has_scope(payment_take.principal, 'orders:read')
       and not exists (select from core.orders o
                       where o.id = p.order_id
                             and core.order_mine(o, payment_take.principal))
    then
        return;
    end if;

    if not core.payment_lease(p.id) then
        return query select true, null::jsonb;
        return;
    end if;

    next := core.payment_next(p);

    if payment_take.abandon then
        select r.id into refund from core.refund r
        where r.payment_id = p.id and r.status = 'pending'
        order by r.id limit 1;

        if refund is not null then
            next := 'refund';
        elsif next = 'refund' then
            refund := core.uuid_v7();
            perform core.refund_put(p, core.refund_of_rest(p, refund), null);
        elsif next in ('fetch', 'start', 'authorize')
              and p.status <> 'authorized'
              and p.created_at < now() - after
        then
            next := case when p.reference is null then 'start'
                    else 'cancel' end;
        elsif p.status = 'failed' and p.created_at < now() - after then
            next := 'cancel';
        end if;
    end if;

    return query
    select false, to_jsonb(core.payment_work(p, refund, next));
end
$$;
