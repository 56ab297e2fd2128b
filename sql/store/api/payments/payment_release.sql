-- Lets a payment go. For the job (`abandon`): when nothing more can come of it
-- and nobody else is paying, an order that nobody paid for in time is
-- canceled, which gives its stock back. Answers `again`: how many seconds
-- until the next look, null when there need be none.
--
-- Locks: the order, the payment, then stock levels in key order.

create or replace function api.payment_release(payment_id uuid,
                                               abandon boolean)
    returns table (again int)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    p      core.payment;
    o      core.orders;
    after  interval := (select (s.value #>> '{}')::interval
                        from core.setting s
                        where s.key = 'payments.abandon_after');
begin
    p := core.payment_lock(payment_release.payment_id);
    p.look := p.look or p.looking;

    perform core.payment_let_go(p.id);

    if not coalesce(payment_release.abandon, false) then
        return query select null::int;
        return;
    end if;

    select * into o from core.orders where id = p.order_id;

    if p.status in ('failed', 'canceled')
       and o.status in ('pending', 'stock_shortfall')
       and p.created_at < now() - after
       and not exists (select from core.payment q
                       where q.order_id = o.id and q.id <> p.id
                             and q.provider <> 'credit'
                             and (q.status not in ('failed', 'canceled')
                                  or q.created_at >= now() - after))
    then
        perform core.order_move(o, 'canceled', null, null,
                                '{"reason": "not paid"}');
        return query select null::int;
        return;
    end if;

    return query select case
        when p.review then null
        when exists (select from core.refund r
                     where r.payment_id = p.id and r.status = 'pending')
             or p.captured > p.promised and o.status = 'canceled' then 10
        when p.look and p.reference is not null then 10
        when p.status in ('captured', 'canceled') then null
        when p.status = 'failed' and o.status not in ('pending',
                                                      'stock_shortfall')
             then null
        else greatest(5, least(300, extract(epoch from now()
                                            - p.created_at) / 4)::int) end;
end
$$;
