-- The demo shop, part 7: eight weeks of orders, as a shop has that grows. They
-- are placed by the shop's own function, so they are priced, and their stock
-- is counted, like any other; what happened to them later is written, and
-- dated back, at the end. Nobody is told of it but analytics.

-- Sold: more on each day than the week before, most at the weekend, in the
-- evening. Each 23rd is a guest.
create temporary table demo_order on commit drop as
select row_number() over (order by placed_at)::int as n, o.*
  from (select d.ago, k.n as nth,
               (d.day + interval '9 hours'
                + interval '1 second' * pg_temp.chance(
                      'hora' || d.ago || '/' || k.n, 14 * 3600))
               at time zone 'America/Sao_Paulo' as placed_at,
               pg_temp.chance('pessoa' || d.ago || '/' || k.n,
                              60 + 3 * (56 - d.ago))::int as person,
               pg_temp.chance('vida' || d.ago || '/' || k.n, 100)::int as fate
          from (select ago, (now() at time zone 'America/Sao_Paulo')::date
                       - ago as day
                  from generate_series(0, 55) ago) d
         cross join lateral generate_series(1,
               13 + (56 - d.ago) / 4
               + case extract(isodow from d.day) when 6 then 7 when 7 then 5
                      when 1 then -3 else 0 end
               + pg_temp.chance('dia' || d.ago, 7)::int) k(n)) o
 where placed_at < now() - interval '2 minutes';

-- What becomes of it: none is sent before its second day, and those that wait
-- for their money are young.
alter table demo_order add fate_status text, add id uuid;

update demo_order set fate_status = case
       when fate < 5 then 'canceled'
       when ago > 7 and fate < 9 then 'refunded'
       when ago > 7 and fate < 13 then 'partially_refunded'
       when ago > 7 or ago > 4 and fate < 40 then 'delivered'
       when ago > 1 and fate < 80 then 'shipped'
       when ago > 1 or fate < 70 then 'paid'
       else 'pending' end;


-- One to three kinds of goods; some are bought far more often than others.
create temporary table demo_goods on commit drop as
select row_number() over (order by md5(v.sku)) as place, v.id
  from core.variant v
  join core.product p on p.id = v.product_id and p.source = 'demo'
  join core.stock_level s on s.variant_id = v.id and s.location_id = 1
 where s.on_hand > 20 and v.id % 5 <> 0 and v.price_amount < 60000
 order by md5(v.sku)
 limit 500;

create temporary table demo_line on commit drop as
select o.n, g.id as variant_id,
       max(1 + pg_temp.chance('q' || o.n || '/' || k, 5)
           / 3)::int as quantity
  from demo_order o
 cross join lateral generate_series(1,
       1 + pg_temp.chance('linhas' || o.n, 3)::int) k
  join demo_goods g
    on g.place = 1 + floor(499 * power(pg_temp.chance(
                     'bem' || o.n || '/' || k, 10000) / 10000.0, 2))::bigint
 group by o.n, g.id;

-- As much comes in before, so that the shelves are what part 4 made them.
with need as (
    select variant_id, sum(quantity)::bigint as quantity
      from demo_line group by variant_id
), received as (
    update core.stock_level s
       set on_hand = s.on_hand + n.quantity, version = s.version + 1
      from need n
     where s.variant_id = n.variant_id and s.location_id = 1
    returning s.variant_id, s.on_hand, n.quantity
)
insert into core.stock_movement
       (variant_id, location_id, kind, delta, balance, reason, reference,
        created_at)
select variant_id, 1, 'receipt', quantity, on_hand, 'Reposição', 'demo',
       now() - interval '57 days'
  from received
 order by variant_id;

analyze demo_order, demo_line, core.stock_level;


-- Newcomers have a coupon, if they buy enough for it.
alter table demo_order add coupon text;

update demo_order o set coupon = 'BEMVINDO10'
  from (select distinct on (f.person) f.n
          from demo_order f
          join demo_line l on l.n = f.n
          join core.variant v on v.id = l.variant_id
         where f.n % 23 <> 0
         group by f.person, f.n
        having sum(l.quantity * v.price_amount) > 6000
         order by f.person, f.n) first
 where o.n = first.n and o.n % 2 = 0;


-- Placed, a hundred at a time; what was delivered long ago leaves at once.
do $$
declare
    batch int;
begin
    for batch in select distinct n / 100 from demo_order order by 1 loop
        perform from api.place_orders((
            select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       '_id', core.uuid_v7(),
                       '_scope', coalesce(p.id, md5('visita')::uuid),
                       '_key', 'demo-' || o.n, '_fingerprint', 'demo',
                       '_staff', true, '_english', false,
                       '_customer', p.id,
                       '_name', coalesce(p.name, 'Visitante'),
                       '_email', coalesce(p.email, 'visita'
                                          || '@cliente.example'),
                       'region', coalesce(p.region, 'BR-SP'),
                       'shipping_method',
                       case when o.n % 4 = 0 then 'expressa'
                            else 'padrao' end,
                       'payment_method', 'test',
                       'status', case when o.fate_status in ('delivered',
                                       'refunded', 'partially_refunded')
                                      then 'delivered' end,
                       'placed_at', o.placed_at,
                       'reference', 'demo-' || o.n, 'coupon', o.coupon,
                       'items', l.items)) order by o.n)
              from demo_order o
              left join demo_person p
                     on p.n = 1 + o.person and o.n % 23 <> 0
              join (select n, jsonb_agg(jsonb_build_object(
                               'variant_id', variant_id,
                               'quantity', quantity) order by variant_id)
                           as items
                      from demo_line group by n) l on l.n = o.n
             where o.n / 100 = batch));
    end loop;
end
$$;

update demo_order d set id = o.id
  from core.orders o
 where o.reference = 'demo-' || d.n;

delete from demo_order where id is null;

update core.orders o set reference = null
  from demo_order d
 where o.id = d.id;

analyze core.orders, core.order_item, core.order_event;


-- Lives that go step by step.
do $$
declare
    d     demo_order;
    step  text;
begin
    for d in
        select * from demo_order
         where fate_status in ('canceled', 'paid', 'shipped')
         order by n
    loop
        foreach step in array case d.fate_status
            when 'canceled' then '{canceled}'
            when 'paid' then '{paid}'
            else '{paid,shipped}' end::text[]
        loop
            perform core.order_move(o, step, null, null,
                case step when 'shipped' then jsonb_build_object(
                    'carrier', 'Correios',
                    'tracking_code', 'BR' || 100000000 + d.n || 'BR') end)
               from core.orders o
              where o.id = d.id;
        end loop;
    end loop;
end
$$;

-- Those that were delivered at once have been paid and sent before.
alter table core.order_event disable trigger user;

update core.order_event e set to_status = 'pending'
  from demo_order d
 where e.order_id = d.id and e.to_status = 'delivered';

with step(version, type, was, status) as (
    values (2, 'order.paid', 'pending', 'paid'),
           (3, 'order.shipped', 'paid', 'shipped'),
           (4, 'order.delivered', 'shipped', 'delivered')
), told as (
    insert into core.order_event
           (order_id, version, type, from_status, to_status)
    select d.id, s.version, s.type, s.was, s.status
      from demo_order d
      join core.orders o on o.id = d.id and o.status = 'delivered'
     cross join step s
    returning order_id, version, type
), moved as (
    update core.orders o set version = 4
     where o.id in (select order_id from told)
)
insert into core.outbox (version, type, subject, data)
select t.version, t.type, t.order_id::text, core.order_event_data(o)
  from told t
  join core.orders o on o.id = t.order_id;


-- Money: all that was paid came by the test provider; some went back.
insert into core.payment
       (id, order_id, created_at, updated_at, amount, captured, currency,
        provider, flow, status, token, reference, capture_reference)
select core.uuid_moved(core.uuid_v7(), d.placed_at), o.id, d.placed_at,
       d.placed_at + interval '1 minute', o.total, o.total, o.currency,
       'test', 'token', 'captured', 'tok_success', 'demo_' || d.n,
       'demo_c' || d.n
  from demo_order d
  join core.orders o on o.id = d.id and o.total > 0
 where d.fate_status not in ('pending', 'canceled');

update core.orders o
   set payment_method = 'test', payment_reference = p.reference
  from core.payment p
 where p.order_id = o.id and p.reference ^@ 'demo_';

with back as (
    insert into core.refund
           (id, payment_id, order_id, created_at, updated_at, amount,
            currency, status, reason)
    select core.uuid_v7(), p.id, p.order_id, t.at, t.at,
           case d.fate_status when 'refunded' then p.amount
                else p.amount / (2 + d.n % 3) end,
           p.currency, 'succeeded', 'Devolução'
      from demo_order d
      join core.payment p on p.order_id = d.id
     cross join lateral (
           select least(d.placed_at + interval '1 day' * (6 + d.n % 5),
                        now() - interval '5 minutes') as at) t
     where d.fate_status in ('refunded', 'partially_refunded')
    returning payment_id, amount
)
update core.payment p
   set refunded = b.amount, promised = b.amount, version = p.version + 1
  from back b
 where p.id = b.payment_id;

select core.order_becomes(d.id, d.fate_status, null, null, null)
  from demo_order d
  join core.payment p on p.order_id = d.id
 where d.fate_status in ('refunded', 'partially_refunded')
 order by d.n;


-- When it happened.
create temporary table demo_moment on commit drop as
select e.order_id, e.version, e.type,
       least(now(), case when e.type = 'order.created' then d.placed_at
            when e.type = 'order.paid' then d.placed_at + interval '1 minute'
            when e.type = 'order.canceled'
            then d.placed_at + interval '3 hours'
            when e.type in ('fulfilment.created', 'order.shipped')
            then d.placed_at + interval '26 hours'
            when e.type = 'order.delivered'
            then d.placed_at + interval '4 days'
            when e.type ~ 'refunded' then r.updated_at
            else e.created_at end) as at
  from demo_order d
  join core.order_event e on e.order_id = d.id
  left join core.refund r on r.order_id = d.id;

update core.order_event e set created_at = m.at
  from demo_moment m
 where e.order_id = m.order_id and e.version = m.version;

alter table core.order_event enable trigger user;

update core.orders o set updated_at = m.at
  from (select order_id, max(at) as at from demo_moment group by order_id) m
 where o.id = m.order_id;

update core.fulfilment f
   set created_at = s.at, updated_at = coalesce(a.at, s.at),
       delivered_at = case when f.status = 'delivered' then a.at end
  from demo_moment s
  left join demo_moment a
         on a.order_id = s.order_id and a.type = 'order.delivered'
 where s.order_id = f.order_id and s.type = 'order.shipped';

delete from core.outbox_waiting
 where subjects[1] in (select id::text from demo_order);

select core.sales_put(array(select id::text from demo_order order by n), 250);

analyze core.orders, core.order_item, core.order_event, core.payment,
        core.fulfilment, core.fulfilment_item;
