-- Staff decide what becomes of a payment: first step of POST
-- /payments/{id}/capture and /payments/{id}/cancel, for orders:write. The first
-- decision stands; one transaction with the job that sees it through.
--
-- Answers the payment's `work`, or no work when nothing is left to be done;
-- busy when somebody is just talking to the provider about it.
--
-- Raises: CM404 payment_not_found, CM409 payment_not_capturable and CM409
--   payment_not_cancelable with `payment_status` and `wanted`.
-- Locks: the order, the payment.

create or replace function api.payment_want(payment_id uuid, want text,
                                            principal jsonb)
    returns table (busy boolean, work jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    done  text := case payment_want.want when 'capture' then 'captured'
                  else 'canceled' end;
    p     core.payment;
begin
    p := core.payment_lock(payment_want.payment_id);

    if p.id is null then
        perform core.fail('payment_not_found', 404);
    end if;

    if p.status = done then
        return query select false, null::jsonb;
        return;
    end if;

    if p.review or coalesce(p.wanted, payment_want.want) <> payment_want.want
       or p.status in ('captured', 'canceled')
       or payment_want.want = 'capture' and p.status <> 'authorized'
    then
        perform core.fail(
            case payment_want.want when 'capture'
            then 'payment_not_capturable' else 'payment_not_cancelable' end,
            409, jsonb_build_object('payment_status', p.status,
                                    'wanted', p.wanted));
    end if;

    update core.payment q
    set wanted = payment_want.want, version = q.version + 1,
        wanted_by = (payment_want.principal ->> 'sub')::uuid,
        updated_at = now()
    where q.id = p.id and q.wanted is null
    returning * into p;

    if not found then
        select * into p from core.payment q
        where q.id = payment_want.payment_id;
    end if;

    perform core.payment_later(p.id, '20 seconds');

    if not core.payment_lease(p.id) then
        return query select true, null::jsonb;
        return;
    end if;

    return query select false, to_jsonb(core.payment_work(p, null, null));
end
$$;
