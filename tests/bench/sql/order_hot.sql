select bench.order_one(gen_random_uuid(), gen_random_uuid()::text, 1, 1);
