\set a random(1, :variants)
\set b random(1, :variants)
select bench.order_one(gen_random_uuid(), gen_random_uuid()::text, :a, :b);
