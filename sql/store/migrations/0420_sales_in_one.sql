-- What is sold is told for all orders of a job at once (core.sale_facts), which
-- are named as the outbox names them.

drop function if exists core.sale_fact(core.orders);
drop function if exists core.sales_put(uuid[], int);
