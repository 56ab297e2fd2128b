-- Cancels orders that nobody paid in time, a few at a time; their stock is
-- given back in the same transaction, once. How long they have says setting
-- orders.expire_after: {"default": "72 hours", "<payment method>": "1 hour"}.
--
-- Orders that somebody just works on are left for the next time; core.
-- order_may_expire() tells of those whose payment is under way.
--
-- Locks: the order, then stock levels in key order, one order after another.

create or replace function api.job_order_expiry(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    few   constant int := 50;
    lives jsonb := coalesce((select s.value from core.setting s
                             where s.key = 'orders.expire_after'), '{}');
    least_life interval := (select min(l.value::interval)
                            from jsonb_each_text(lives) l);
    done  int := 0;
    o     core.orders;
begin
    for o in
        select x.* from core.orders x
        where (x.status = 'pending' or x.status = 'stock_shortfall'
               and not exists (select from core.order_event e
                               where e.order_id = x.id
                                     and e.to_status = 'paid'))
              and x.id < core.uuid_at(now() - least_life)
              and greatest(x.placed_at, x.updated_at) < now() - coalesce(
                  lives ->> x.payment_method, lives ->> 'default')::interval
              and core.order_may_expire(x)
        order by x.id
        limit few
        for no key update skip locked
    loop
        perform core.order_move(o, 'canceled', null, null,
                                '{"reason": "expired"}');
        done := done + 1;
    end loop;

    return done = few;
end
$$;
