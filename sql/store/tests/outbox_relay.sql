-- The outbox is emptied in order of version, each event once, whatever the
-- order in which transactions left them there.

begin;
select plan(10);

insert into core.webhook_endpoint (id, url, events, secret) values
    ('00000000-0000-7000-8000-000000000001', 'https://a.example/',
     '{order.*}', 's'),
    ('00000000-0000-7000-8000-000000000002', 'https://b.example/',
     '{stock.low}', 's');

-- Where they lie says nothing: the second version is the first.
insert into core.outbox (version, type, subject, data) values
    (2, 'order.paid', '00000000-0000-7000-8000-00000000000a', '{"n": 2}'),
    (1, 'stock.low', 'variant:7', '{}'),
    (1, 'order.created', '00000000-0000-7000-8000-00000000000a',
     '{"n": 1}'),
    (3, 'order.shipped', '00000000-0000-7000-8000-00000000000a',
     '{"n": 3}');

-- The first two as a transaction left them, the others each by itself.
insert into core.outbox_waiting (created_at, subjects, versions)
select now(), array_agg(subject order by subject),
       array_agg(version order by subject)
from core.outbox where version = 1
union all
select created_at, array[subject], array[version]
from core.outbox where version > 1
order by 3;

select is(more, true, 'two of four, though one was asked for')
from api.outbox_relay(1, true);
select is(array(select versions[1]::int from core.outbox_waiting order by id),
          '{2,3}', 'the first versions are gone');
select is(more, true, 'and two') from api.outbox_relay(2, true);
select is(more, false, 'that was all') from api.outbox_relay(2, true);

select is(array(select d.type from core.webhook_delivery d
                where d.endpoint_id = '00000000-0000-7000-8000-000000000001'
                order by d.event_id),
          '{order.created,order.paid,order.shipped}', 'each once, as wanted');
select is(count(*), 1::bigint, 'a subject that is no order')
from core.webhook_delivery where type = 'stock.low';
select is(array(select j.ordinal || ' ' || j.status from core.job j
                where j.line like 'webhook:%:00000000-0000-7000-8000-%a'
                order by j.ordinal),
          '{1 waiting,2 behind,3 behind}', 'in line');
select is(body::json ->> 'id',
          '00000000-0000-7000-8000-00000000000a/1', 'a CloudEvent')
from core.webhook_delivery where type = 'order.created';

-- Where events lie is a hint. The first lies where it is said to, the second is
-- said to lie there too, the others in the place of another, beyond the end and
-- nowhere.
delete from core.webhook_delivery;
insert into core.outbox (version, type, subject, data)
select n, 'order.noted', '00000000-0000-7000-8000-00000000000b', '{}'
from generate_series(1, 5) n;

insert into core.outbox_waiting (created_at, subjects, versions, places)
select o.created_at, array[o.subject], array[o.version],
       case when o.version < 3
            then array[first_value(o.ctid) over (order by o.version)]
            when o.version = 3 then (select array[x.ctid] from core.outbox x
                                     where x.subject = 'variant:7')
            when o.version = 4 then array['(900000,1)'::tid] end
from core.outbox o where o.type = 'order.noted' order by o.version;

select api.outbox_relay(2, false);
select api.outbox_relay(100, false);
select is(array(select split_part(d.event_id, '/', 2)::int
                from core.webhook_delivery d order by 1), '{1,2,3,4,5}',
          'each once, wherever it is said to lie');

select is(array[core.money_shown(123456, 'BRL', 'pt-BR'),
                core.money_shown(-123456, 'BRL', 'en'),
                core.money_shown(5, 'JPY', 'en'),
                core.money_shown(1, 'KWD', 'pt-BR')],
          array['R$ 1.234,56', '-R$1,234.56', 'JPY 5', 'KWD 0,001'],
          'amounts as people read them');

select * from finish();
rollback;
