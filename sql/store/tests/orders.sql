-- Orders: groups, their answers, what they reserve, the life of an order.

begin;
select no_plan();

-- What the gateway sends for an order.
create function pg_temp.draft(items jsonb, more jsonb default '{}')
    returns jsonb
language sql volatile as $$
    select jsonb_build_object(
        'items', items, '_id', core.uuid_v7(), '_scope', b.id, '_key',
        gen_random_uuid(), '_fingerprint', 'f', '_staff', false, '_english',
        false, '_actor', b.id, '_customer', b.id, '_name', 'Ana "A" Souza',
        '_email', 'ana@example.com') || more
    from (select '0190163d-8694-739b-aea5-966c26f8ad91'::uuid as id) b
$$;

create function pg_temp.lines(variadic pairs bigint[]) returns jsonb
language sql as $$
    select jsonb_agg(jsonb_build_object('variant_id', pairs[n],
                                        'quantity', pairs[n + 1]) order by n)
    from generate_series(1, cardinality(pairs), 2) n
$$;

create function pg_temp.staff() returns jsonb language sql as $$
    select '{"sub": "0190163d-8694-739b-aea5-966c26f8ad92",
             "scopes": ["shop", "orders:read", "orders:write"]}'::jsonb
$$;

create function pg_temp.buyer() returns jsonb language sql as $$
    select '{"sub": "0190163d-8694-739b-aea5-966c26f8ad91",
             "scopes": ["shop"]}'::jsonb
$$;

create function pg_temp.refused(statement text) returns text
language plpgsql as $$
begin
    execute statement;
    return 'done';
exception when others then
    return sqlstate || ' ' || sqlerrm;
end
$$;

-- Variants 1001 to 1004 with 10, 5, 0 and 3 + 3 (two places) in stock.
insert into core.location (id, code, name, priority)
values (901, 'loja', 'Loja', 10);

insert into core.product (id, slug, name, price_amount)
overriding system value
select n, 'p' || n, 'Produto ' || n, 1000 from generate_series(1001, 1004) n;

insert into core.variant (id, product_id, sku, price_amount, weight_grams)
overriding system value
select n, n, 'SKU-' || n, n, 400 from generate_series(1001, 1004) n;

select core.stock_receive(v, l, n, 'receipt', null, null, null)
from (values (1001, 1, 10), (1002, 1, 5), (1004, 1, 3), (1004, 901, 3))
         as s(v, l, n);


-- A group: each its answer, in order of arrival, what is refused is free.

create temporary table answer as
select * from api.place_orders(jsonb_build_array(
    pg_temp.draft(pg_temp.lines(1001, 2, 1002, 3)),
    pg_temp.draft(pg_temp.lines(1001, 1, 1002, 3)),
    pg_temp.draft(pg_temp.lines(1002, 2)),
    pg_temp.draft(pg_temp.lines(1003, 1)),
    pg_temp.draft(pg_temp.lines(999999, 1)),
    pg_temp.draft(pg_temp.lines(1001, 7)),
    pg_temp.draft(pg_temp.lines(1001, 1),
        '{"expected_total": {"amount": 1, "currency": "BRL"}}'),
    pg_temp.draft(pg_temp.lines(1001, 1), '{"shipping_method": "x"}')));

select results_eq(
    'select ordinal, status, problem from answer order by ordinal',
    $$ values (1, 201, null), (2, 409, 'insufficient_stock'),
              (3, 201, null), (4, 409, 'insufficient_stock'),
              (5, 422, 'unknown_item'), (6, 201, null),
              (7, 409, 'price_changed'),
              (8, 422, 'unknown_shipping_method') $$,
    'each order of a group has its answer');

select results_eq(
    'select variant_id, reserved from core.stock_level
     where location_id = 1 and variant_id between 1001 and 1002 order by 1',
    'values (1001::bigint, 9::bigint), (1002, 5)',
    'what the refused ones wanted was there for the next');

select is((a.body::json -> 'errors' -> 0 ->> 'pointer'), '/items/1',
          'a refusal tells which line')
from answer a where ordinal = 2;

select is(count(*), 8::bigint, 'every answer is stored, refusals too')
from core.order_request;

select is(availability, 'out_of_stock',
          'the last one sold turns the availability')
from core.product where id = 1002;


-- The answer is the order.

select is(a.body::jsonb - 'shipping_address',
          to_jsonb(d) - '_cursor' - '_total' - 'shipping_address'
          - 'placed_at' - 'updated_at'
          || jsonb_build_object('placed_at', core.rfc3339(d.placed_at),
                                'updated_at', core.rfc3339(d.updated_at)),
          'the answer is what get_order shows')
from answer a,
     api.get_order((a.body::json ->> 'id'), pg_temp.buyer(), 'pt-BR') d
where a.ordinal = 1;

select is((select count(*) from api.get_order(
              (select number::text from core.orders limit 1),
              '{"sub": "0190163d-8694-739b-aea5-966c26f8ad99",
                "scopes": ["shop"]}', 'en')), 0::bigint,
          'another customer does not see it, by number neither');


-- Keys: in one group, in two, with another body.

create temporary table kept as
select pg_temp.draft(pg_temp.lines(1001, 1), '{"_key": "k"}') as body;

select results_eq(
    $$ select status, replayed, problem from api.place_orders(
           (select jsonb_build_array(body, body || '{"_fingerprint": "g"}',
                                     body) from kept)) order by ordinal $$,
    $$ values (201, false, null), (422, false, 'idempotency_key_reused'),
              (201, true, null) $$,
    'a key twice in one group makes one order');

select results_eq(
    $$ select status, replayed, body = (select body from core.order_request
                                        where key = 'k')
       from api.place_orders((select jsonb_build_array(body) from kept)) $$,
    $$ values (201, true, true) $$, 'and answers the same bytes ever after');

select is(reserved, 10::bigint, 'it reserved once') from core.stock_level
where variant_id = 1001;


-- A line from two places.

select is(status, 201, 'two places fill one line')
from api.place_orders(jsonb_build_array(
         pg_temp.draft(pg_temp.lines(1004, 5), '{"_key": "two"}')));

select is(i.split, '[{"location_id": 1, "quantity": 3},
                     {"location_id": 901, "quantity": 2}]'::jsonb,
          'the line knows where from')
from core.order_item i where variant_id = 1004;

select is((select count(*) from api.cancel_order(
              (select order_id::text from core.order_request
               where key = 'two'), null, 1, pg_temp.buyer(), 'en')),
          1::bigint, 'its buyer cancels');

select is(sum(reserved), 0::numeric, 'and both places have theirs again')
from core.stock_level where variant_id = 1004;

select matches(pg_temp.refused(format(
    'select api.cancel_order(%L, null, null, pg_temp.buyer(), ''en'')',
    (select order_id from core.order_request where key = 'two'))),
    '^CM409 illegal_transition', 'once');


-- Amounts that would leave the range undo nobody else's order.

update core.variant set price_amount = 9007199254740991 where id = 1001;

select results_eq(
    $$ select status, problem from api.place_orders(jsonb_build_array(
           pg_temp.draft(pg_temp.lines(1001, 1000000)),
           pg_temp.draft(pg_temp.lines(1004, 1)))) order by ordinal $$,
    $$ values (422, 'amount_too_large'), (201, null) $$,
    'an amount out of range is its order''s problem only');


-- Taxes and freight.

insert into core.tax_rate (region, tax_class, rate_ppm, name)
values ('XX', 'standard', 175000, 'a tax');

create temporary table taxed as
select body::json as o from api.place_orders(jsonb_build_array(
    pg_temp.draft(pg_temp.lines(1004, 3),
                  '{"region": "XX", "shipping_method": "padrao",
                    "_key": "taxed"}')));

select is(o -> 'tax_total' ->> 'amount', '527', 'half up: 3012 * 0.175')
from taxed;
select is(o -> 'shipping_total' ->> 'amount', '2490',
          'base and two started kilograms') from taxed;
select is(o -> 'total' ->> 'amount', (3012 + 527 + 2490)::text, 'the sum')
from taxed;


-- Entered afterwards by staff.

create temporary table late as
select ordinal, problem, body::json as o from api.place_orders(jsonb_build_array(
    pg_temp.draft('[{"sku": "SKU-1004", "quantity": 1, "unit_amount": 255}]',
        '{"_staff": true, "placed_at": "2011-01-04T10:00:00Z",
          "reference": "536365", "currency": "GBP", "status": "delivered",
          "_customer": null}'),
    pg_temp.draft('[{"variant_id": 1004, "quantity": 2, "unit_amount": 255}]',
        '{"_staff": true, "kind": "credit", "currency": "GBP",
          "reference": "C1"}'),
    pg_temp.draft(pg_temp.lines(1004, 1),
        '{"_staff": true, "reference": "C1"}')));

select is(o ->> 'placed_at', '2011-01-04T10:00:00Z', 'with its date')
from late where o ->> 'reference' = '536365';
select ok((o ->> 'id')::uuid < core.uuid_at('2011-01-04T10:00:01Z'),
          'and an id of that date')
from late where o ->> 'reference' = '536365';
select is(o -> 'total' ->> 'amount', '-510', 'a credit is negative')
from late where o ->> 'kind' = 'credit';
select is(problem, 'reference_taken', 'a reference is there once')
from late where ordinal = 3;


-- The life of an order.

create temporary table alive as
select order_id::text as id from core.order_request where key = 'taxed';

select is(p.status, 'paid', 'paid') from alive, api.pay_order(
    alive.id, '{"payment_method": "pix", "note": "ok"}', 1,
    pg_temp.staff(), 'en') p;
select is(p.status_label, 'enviado', 'shipped') from alive,
    api.ship_order(alive.id, '{"tracking_code": "BR1"}', 2,
                   pg_temp.staff(), 'pt-BR') p;
select matches(pg_temp.refused(format(
    'select api.deliver_order(%L, null, 2, pg_temp.staff(), ''en'')',
    (select id from alive))), '^CM412 version_mismatch', 'compare and set');
select is(p.status, 'delivered', 'delivered by its Portuguese name')
from alive, api.set_order_status(alive.id, '{"status": "entregue"}', 4,
                                 pg_temp.staff(), 'en') p;
select matches(pg_temp.refused(format(
    'select api.update_order(%L, ''{"payment_method": "x"}'', 6,
                             pg_temp.staff(), ''en'')',
    (select id from alive))), '^CM409 order_not_editable', 'too late');
select results_eq(
    $$ select e.version, e.type, e.note from alive,
              api.list_order_events(alive.id, 10, null, pg_temp.buyer()) e $$,
    $$ values (1::bigint, 'order.created', null), (2, 'order.paid', null),
              (3, 'fulfilment.created', null), (4, 'order.shipped', null),
              (5, 'fulfilment.delivered', null),
              (6, 'order.delivered', null) $$,
    'its history, without the notes of staff for the buyer');

select throws_ok('update core.order_event set note = null', '23001', null,
                 'history is not rewritten');

select is_empty($$
    select d.subject, d.version
    from core.outbox_waiting w
    cross join unnest(w.subjects, w.versions, w.places)
                   d(subject, version, place)
    where not exists (select from core.outbox x
                      where x.created_at = w.created_at and x.ctid = d.place
                            and x.subject = d.subject
                            and x.version = d.version)
$$, 'whoever leaves an event tells where it lies');


-- How an order began: a row only of what the order does not say.

select core.stock_receive(1004, 1, 4, 'receipt', null, null, null);

create temporary table begun as
select ordinal, (body::json ->> 'id')::uuid as id
from api.place_orders(jsonb_build_array(
    pg_temp.draft('[{"variant_id": 1004, "quantity": 1}]'),
    pg_temp.draft('[{"variant_id": 1004, "quantity": 1}]',
                  '{"_customer": null, "_staff": true}'),
    pg_temp.draft('[{"variant_id": 1004, "quantity": 1}]',
                  '{"status": "paid", "_staff": true}'),
    pg_temp.draft('[{"variant_id": 1004, "quantity": 1}]',
                  '{"placed_at": "2020-02-02T10:00:00Z", "_staff": true}')));

select is(array_agg(b.ordinal order by b.ordinal), '{2,3,4}',
          'who placed it for another, as what, and when it was entered')
from begun b join core.order_event e on e.order_id = b.id;

select results_eq(
    $$ select b.ordinal, e.version, e.type, e.from_status, e.to_status,
              e.actor_id, now() - e.created_at < interval '1 ms', e.note,
              e.data::text
       from begun b cross join api.list_order_events(
           b.id::text, 10, null, pg_temp.staff()) e order by 1 $$,
    $$ select n, 1::bigint, 'order.created', null::text,
              case n when 3 then 'paid' else 'pending' end,
              (pg_temp.buyer() ->> 'sub')::uuid, true, null::text, null::text
       from generate_series(1, 4) n $$,
    'all began, by whom, as what, and now');

insert into core.order_event (order_id, version, created_at, actor_id, type,
                              to_status)
select id, 1, 'yesterday', (pg_temp.staff() ->> 'sub')::uuid,
       'order.created', 'pending' from begun where ordinal = 1;

select is(array_agg(e.actor_id::text || ' '
                    || (e.created_at = 'yesterday')::text),
          array[pg_temp.staff() ->> 'sub' || ' true'],
          'a beginning that was written down is told as it was')
from begun b cross join api.list_order_events(
    b.id::text, 10, null, pg_temp.staff()) e where b.ordinal = 1;

select is(count(*), 0::bigint, 'the beginning is not on the next page')
from begun b cross join api.list_order_events(
    b.id::text, 10, '[1]', pg_temp.staff()) e;

\set included yes
\ir invariants.sql

select * from finish();
rollback;
