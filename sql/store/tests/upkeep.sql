-- api.upkeep: popularity follows orders, old answers are forgotten.

begin;
select plan(9);

insert into core.product (slug, name)
select 'p-' || n, 'Produto ' || n from generate_series(1, 2005) n;
insert into core.variant (product_id, sku, price_amount)
select id, slug, 100 from core.product;
insert into core.stock_level (variant_id, location_id, on_hand, ordered)
select id, 1, 9, 2 from core.variant;

insert into core.idempotency (scope, operation, key, fingerprint, created_at)
values ('a', 'b', 'old', 'f', now() - interval '25 hours'),
       ('a', 'b', 'new', 'f', now() - interval '23 hours');

create temporary table walk as
select n, api.upkeep() as after_ms from generate_series(1, 6) n;
select is(array(select after_ms >= 250 from walk order by n),
          '{t,t,t,t,t,null}', 'a portion after the other');
select ok((select bool_and(after_ms < 60000) from walk),
          'at a pace that ends');
select is(min(popularity), 2::bigint, 'everything is ranked')
from core.product_listing;
select is(array(select key from core.idempotency), '{new}',
          'answers live for a day');

update core.stock_level set ordered = 3;
select is(after_ms, null, 'popularity rests for a minute')
from api.upkeep();
select is(max(popularity), 2::bigint, 'meanwhile nothing moves')
from core.product_listing;

-- Nobody waits for somebody else's turn; the other session is the test's own
-- only in name, so the lock it would hold is looked at instead.
select ok(exists (select from pg_locks
                  where locktype = 'advisory' and pid = pg_backend_pid()),
          'a turn holds the lock until its end');

-- A category of more products than a change can wait for.
insert into core.category (slug, name) values ('tudo', 'Tudo');
insert into core.product_category
select p.id, c.id from core.product p, core.category c;
update core.category set name = 'Novo' where slug = 'tudo';
create temporary table turn as
select n, api.upkeep() as after_ms from generate_series(1, 6) n;
select is((select count(*) from core.product
           where categories #>> '{0,name}' = 'Novo'), 2005::bigint,
          'all follow a change of a large category');
select is(array(select after_ms from turn order by n),
          '{100,100,100,null,null,null}', 'in turns');

select * from finish();
rollback;
