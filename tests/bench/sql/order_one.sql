-- One order a transaction, of products a and b (the same one when hot = 1):
-- what the rival of `orders_random` and `orders_hot` sends. Buyers and keys
-- are as many and of the shape of those that orders.lua sends.
--
-- Variables: count (products), step, hot, run (of the keys), n (0).
\set n :n + 1
\set a :step * random(1, :count)
\if :hot
\set b :a
\else
\set b :step * random(1, :count)
\endif
\set buyer random(1, 64)
select bench.order_one(md5(:buyer::text)::uuid,
    concat(:run::text, '-', :client_id::int, '-', :n::int), repeat('f', 64),
    :a, :b);
