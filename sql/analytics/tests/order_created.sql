-- An order.created event becomes facts once, on the day of the shop's clock.

begin;
select plan(5);

create function pg_temp.event(id text) returns jsonb
language sql immutable as $$
    select jsonb_build_object('id', id, 'type', 'order.created', 'data',
        '{"order_id": "01890000-0000-7000-8000-000000000001", "number": 7,
          "customer_id": null, "currency": "BRL", "region": "PE",
          "total": {"amount": 3998, "currency": "BRL"},
          "placed_at": "2026-03-02T01:30:00Z",
          "items": [{"product_id": 1, "variant_id": 2, "sku": "A",
                     "name": "Café", "quantity": 2,
                     "total": {"amount": 3998, "currency": "BRL"}}]}'::jsonb)
$$;

select ok(core.order_created(pg_temp.event('e1')), 'the event is taken');
select ok(not core.order_created(pg_temp.event('e1')), 'and only once');
select is((select day from core.order_fact), date '2026-03-01',
          'half past one in UTC is the evening before in São Paulo');
select is((select sum(total) from core.order_line_fact),
          (select sum(total) from core.order_fact), 'lines sum up');
select throws_ok($q$select core.order_created('{"id": "e2", "data": {}}')$q$,
                 '23502', null, 'an event without an order is refused');

select * from finish();
rollback;
