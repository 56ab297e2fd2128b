-- Stock: the ledger and the levels, counts, transfers, thresholds, repair.

begin;
select no_plan();

create function pg_temp.staff() returns jsonb language sql as $$
    select '{"sub": "0190163d-8694-739b-aea5-966c26f8ad92",
             "scopes": ["stock:read", "stock:write", "admin"]}'::jsonb
$$;

create function pg_temp.move(kind text, delta bigint) returns bigint
language sql as $$
    select balance from api.create_stock_movement(jsonb_build_object(
        'sku', 'SKU-1001', 'kind', kind, 'delta', delta), pg_temp.staff())
$$;

create function pg_temp.refused(statement text) returns text
language plpgsql as $$
declare
    detail text;
begin
    execute statement;
    return 'done';
exception when others then
    get stacked diagnostics detail = pg_exception_detail;
    return sqlstate || ' ' || sqlerrm || ' ' || detail;
end
$$;

create function pg_temp.availability() returns text language sql as $$
    select v.availability || ' ' || p.availability
    from core.variant v join core.product p on p.id = v.product_id
    where v.id = 1001
$$;

insert into core.location (id, code, name, priority)
values (901, 'loja', 'Loja', 10);

insert into core.product (id, slug, name, price_amount)
overriding system value values (1001, 'p1001', 'Produto', 1000);

insert into core.variant (id, product_id, sku, price_amount)
overriding system value values (1001, 1001, 'SKU-1001', 1000);


-- Movements.

select is(pg_temp.availability(), 'out_of_stock out_of_stock',
          'nothing at first');
select is(pg_temp.move('receipt', 10), 10::bigint, 'a receipt gives');
select is(pg_temp.availability(), 'in_stock in_stock', 'seen at once');
select is(pg_temp.move('adjust', -1), 9::bigint, 'quick minus');
select is(pg_temp.move('adjust', 1), 10::bigint, 'quick plus');
select is(pg_temp.refused($$ select pg_temp.move('issue', -11) $$),
          'CM409 insufficient_stock {"available": 10}', 'not below zero');
select matches(pg_temp.refused($$ select pg_temp.move('receipt', -1) $$),
               '^CM422 wrong_sign', 'a receipt does not take');
select matches(pg_temp.refused($$ select pg_temp.move('adjust', 0) $$),
               '^CM422 wrong_sign', 'nothing is no movement');
select matches(pg_temp.refused($$
    select api.create_stock_movement('{"sku": "none", "kind": "adjust",
        "delta": 1}', pg_temp.staff()) $$), '^CM422 unknown_item',
    'what is not there has no stock');
select is((select actor_id from core.stock_movement order by id desc limit 1),
          '0190163d-8694-739b-aea5-966c26f8ad92'::uuid, 'who did it');


-- Compare and set, thresholds.

create function pg_temp.level(location bigint default 1)
    returns core.stock_level
language sql as $$
    select s from core.stock_level s
    where s.variant_id = 1001 and s.location_id = location
$$;

select is(s.on_hand, 8::bigint, 'set')
from api.set_stock_level(1001, 1, '{"on_hand": 8, "threshold": 8}',
                         (pg_temp.level()).version, pg_temp.staff()) s;
select is(pg_temp.availability(), 'low_stock low_stock', 'at its threshold');
select matches(pg_temp.refused($$
    select api.set_stock_level(1001, 1, '{"on_hand": 1}', 1,
                               pg_temp.staff()) $$),
    '^CM412 version_mismatch', 'not over the change of another');
select is(count(*), 1::bigint, 'listed as low')
from api.list_low_stock(10, null, pg_temp.staff()) where variant_id = 1001;


-- Transfers and counts.

select is((pg_temp.level()).on_hand + (pg_temp.level(901)).on_hand,
          8::bigint, 'a transfer loses nothing')
from api.transfer_stock('{"variant_id": 1001, "from_location_id": 1,
                          "to_location_id": 901, "quantity": 3}',
                        pg_temp.staff());
select is((pg_temp.level(901)).on_hand, 3::bigint, 'it arrived');
select matches(pg_temp.refused($$
    select api.transfer_stock('{"variant_id": 1001, "from_location_id": 1,
        "to_location_id": 1, "quantity": 3}', pg_temp.staff()) $$),
    '^CM422 same_location', 'a place does not transfer to itself');
select is(c.changed, 1::bigint, 'a count')
from api.count_stock('{"location_id": 901, "lines": [
         {"sku": "SKU-1001", "quantity": 2}]}', pg_temp.staff()) c;
select is(c.changed, 0::bigint, 'a count that was right')
from api.count_stock('{"location_id": 901, "lines": [
         {"sku": "SKU-1001", "quantity": 2}]}', pg_temp.staff()) c;
select is(count(*), 2::bigint, 'is in the ledger as well')
from core.stock_movement where kind = 'count' and variant_id = 1001;


-- A place that does not sell.

select is(c.active, false, 'closed') from api.update_stock_location(
    1, '{"active": false}', null, pg_temp.staff()) c;
select is((select v -> 0 ->> 'available'
           from (select variants from api.get_product_availability('p1001'))
                as a(v)), '2', 'what is there is not for sale');
select is(c.active, true, 'open again') from api.update_stock_location(
    1, '{"active": true}', null, pg_temp.staff()) c;


-- The ledger proves the levels, and puts them right.

update core.stock_level set on_hand = 77
where variant_id = 1001 and location_id = 1;

select results_eq(
    $$ select on_hand, ledger from api.check_stock(10, null, pg_temp.staff())
       where variant_id = 1001 $$,
    'values (77::bigint, 5::bigint)', 'a drift is found');
select is(r.repaired, 1::bigint, 'and repaired')
from api.repair_stock(pg_temp.staff()) r;
select is((pg_temp.level()).on_hand, 5::bigint, 'by the ledger');
select is(on_hand_was, 77::bigint, 'with a trace') from core.stock_repair;


-- What protects it.

select throws_ok('update core.stock_movement set delta = 1', '23001', null,
                 'the ledger is append-only');
select throws_ok('delete from core.stock_movement', '23001', null,
                 'nothing is taken out of it');
select throws_ok('truncate core.stock_movement', '23001', null, 'nor all');
select throws_ok('update core.stock_level set reserved = on_hand + 1',
                 '23514', null, 'no level is oversold');
select matches(pg_temp.refused('delete from core.variant where id = 1001'),
               '^CM409 product_has_stock', 'goods do not vanish');

set local role store_api;
select throws_ok('insert into core.stock_movement (variant_id, location_id,
                  kind, delta, balance) values (1001, 1, ''adjust'', 1, 1)',
                 '42501', null, 'the gateway writes by functions only');
reset role;

\set included yes
\ir invariants.sql

select * from finish();
rollback;
