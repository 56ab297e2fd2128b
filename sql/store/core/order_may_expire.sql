-- Whether an order that waits for its money may be given up: not while
-- somebody holds some of it already. Credit that it took is no reason: it goes
-- back.

create or replace function core.order_may_expire(o core.orders)
    returns boolean
language sql stable as $$
    select not exists (select from core.payment p
                       where p.order_id = o.id and p.provider <> 'credit'
                             and (p.status not in ('failed', 'canceled')
                                  or p.created_at > now()
                                     - interval '30 minutes'))
$$;
