-- Functions that answer sets now, so that they are inlined: what is sold is
-- one statement for a whole job, not one for each order and line.

drop function if exists core.sale_fact(core.orders);
drop function if exists core.product_sold_in(bigint);
