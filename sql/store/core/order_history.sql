-- The history of orders: a row for each version.
--
-- How an order began is said by the order itself: it was placed by its
-- customer, at placed_at, and was pending. Only one that began otherwise has a
-- row of its own for that (core.orders_place) in core.order_event, which has
-- what came after for all, never changed. So who looks there for what an order
-- became (paid, canceled) finds all of it; who wants every version reads here.

drop view if exists core.order_history cascade;

create view core.order_history as
select e.order_id, e.version, e.created_at, e.actor_id, e.type,
       e.from_status, e.to_status, e.note, e.data
from core.order_event e
union all
select o.id, 1, o.placed_at, o.customer_id, 'order.created', null, 'pending',
       null, null
from core.orders o
where not exists (select from core.order_event e
                  where e.order_id = o.id and e.version = 1);
