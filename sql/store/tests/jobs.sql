-- Jobs: putting, claiming, reporting, lines, and what forgets the old.

begin;
select plan(34);

-- The kinds of the store would be claimed as well.
update core.job set due_at = now() + interval '1 day';

select core.job_kind_put('one', false, delays => '{1 min, 5 min}');
select core.job_kind_put('tick', false, every => '10 min');

create temporary table claimed as
select * from api.job_claim('{}', 'me', 10);
select is(count(*), 0::bigint, 'only kinds that are asked for')
from claimed;

-- One of a name
select core.job_put('one', '{"n": 1}', now() + interval '1 hour', 'a') as id
\gset
select is(core.job_put('one', '{"n": 2}', dedupe => 'a'), :'id'::uuid,
          'a name is one job');
select is(due_at, now(), 'the earlier time counts')
from core.job where id = :'id';

truncate claimed;
insert into claimed select * from api.job_claim('{one}', 'me', 10);
select is(payload, '{"n": 1}', 'the first payload stays') from claimed;
select is(attempt, 1, 'the first attempt') from claimed;
select is(status || ' ' || holder, 'running me', 'it is in hand')
from core.job where id = :'id';
select is_empty($$select * from api.job_claim('{one}', 'you', 10)$$,
                'and not taken twice');

select core.job_put('one', '{}', dedupe => 'a');
select ok(again, 'wanted again while it runs')
from core.job where id = :'id';
select results_eq(
    format($$select * from api.job_finish(%L, %L, 'done', null, null, null)$$,
           id, lease), '{t}'::bool[], 'reported') from claimed;
select is(status, 'waiting', 'so it runs once more')
from core.job where id = :'id';

-- A lease is the only proof
select is_empty(format(
    $$select * from api.job_finish(%L, %L, 'done', null, null, null)$$,
    id, lease), 'an old lease reports nothing') from claimed;

-- Attempts, delays, death
create function pg_temp.fails(which uuid, outcome text default 'retry',
                              after_ms bigint default null) returns interval
language sql as $$
    select api.job_finish(c.id, c.lease, outcome, 'no', after_ms, null)
    from api.job_claim('{one}', 'me', 1) c;
    select due_at - now() from core.job where id = which;
$$;

select ok(pg_temp.fails(:'id') between '54 s' and '66 s', 'a minute');
update core.job set due_at = now() where id = :'id';
select is(pg_temp.fails(:'id', 'postponed', 2000), interval '2 s',
          'put off');
select is(attempts, 1, 'which does not count')
from core.job where id = :'id';
update core.job set due_at = now() where id = :'id';
select ok(pg_temp.fails(:'id') between '4.5 min' and '5.5 min',
          'five minutes');
update core.job set due_at = now() where id = :'id';
select pg_temp.fails(:'id');
select is(status || ' ' || attempts || ' ' || error, 'dead 3 no',
          'then it is dead') from core.job where id = :'id';

select throws_ok(format('select * from api.cancel_job(%L, null)', :'id'),
                 'CM409', 'job_not_cancelable', 'the dead stay dead');
select is(status || attempts, 'waiting0', 'unless they are asked for')
from api.retry_job(:'id', null);

-- Put off, and wanted meanwhile
select core.job_put('one', '{}', dedupe => 'soon') as soon \gset
truncate claimed;
insert into claimed select * from api.job_claim('{one}', 'me', 10);
select core.job_put('one', '{}', dedupe => 'soon');
select api.job_finish(id, lease, 'postponed', 'no', 2000, null) from claimed
where id = :'soon';
select is(due_at, now(), 'whoever is wanted meanwhile does not wait')
from core.job where id = :'soon';
delete from core.job where id = :'soon';

-- A lease that runs out, the last one too
select core.job_put('one', '{}') as lost \gset
truncate claimed;
insert into claimed select * from api.job_claim('{one}', 'me', 10);
update core.job set due_at = now() where id = :'lost';
truncate claimed;
insert into claimed select * from api.job_claim('{one}', 'you', 10);
select is(attempt, 2, 'another takes it') from claimed
where id = :'lost';
select is(error, 'lease_expired', 'and one sees why')
from core.job where id = :'lost';
update core.job set due_at = now(), attempts = 3 where id = :'lost';
select is_empty($$select * from api.job_claim('{one}', 'you', 10)$$,
                'not for ever');
select is(status, 'dead', 'whoever dies of it each time')
from core.job where id = :'lost';

-- Periodic ones never end
truncate claimed;
insert into claimed select * from api.job_claim('{tick}', 'me', 10);
select api.job_finish(id, lease, 'dead', 'no', null, null) from claimed;
select is(status, 'waiting', 'a periodic job lives')
from core.job where kind = 'tick';
update core.job set due_at = now() where kind = 'tick';
truncate claimed;
insert into claimed select * from api.job_claim('{tick}', 'me', 10);
select api.job_finish(id, lease, 'done', null, null, '{"n": 4}')
from claimed;
select is(due_at - now(), interval '10 min', 'for its next time')
from core.job where kind = 'tick';

-- Lines
select core.job_put_in_line(
    '[{"kind": "one", "payload": {}, "line": "l", "ordinal": 2},
      {"kind": "one", "payload": {}, "line": "l", "ordinal": 1},
      {"kind": "one", "payload": {}, "line": "m", "ordinal": 1}]');
select core.job_put_in_line(
    '[{"kind": "one", "payload": {}, "line": "l", "ordinal": 3}]');
select is(array_agg(line || ordinal || ' ' || status order by line, ordinal),
          '{l1 waiting,l2 behind,l3 behind,m1 waiting}', 'first come')
from core.job where line is not null;
select api.cancel_job(id, null) from core.job
where line = 'l' and ordinal = 2;
select is(array_agg(ordinal || ' ' || status order by ordinal),
          '{1 waiting,2 canceled,3 behind}', 'the middle may go')
from core.job where line = 'l';
select api.cancel_job(id, null) from core.job
where line = 'l' and ordinal = 1;
select is(array_agg(ordinal || ' ' || status order by ordinal),
          '{1 canceled,2 canceled,3 waiting}', 'the next steps forward')
from core.job where line = 'l';

-- Lists
select is(array(select l.ordinal from core.job l
                join api.list_jobs('canceled', 'one', 10, null, 'exact', null)
                     using (id)
                order by l.ordinal), '{1,2}', 'a list of a status and kind');

-- What forgets
insert into core.order_request (scope, key, fingerprint, status, created_at)
select gen_random_uuid(), n::text, 'f', 201,
       now() - case when n % 2 = 0 then interval '26 hours'
               else interval '20 hours' end
from generate_series(1, 1000) n;
select is(core.sweep('core.order_request', 'created_at', '25 hours', 5),
          true, 'a piece of the table');
create temporary table rest as
select n, core.sweep('core.order_request', 'created_at', '25 hours', 5)
from generate_series(1, 20) n;
select is(array_agg(distinct key::int % 2), '{1}', 'old answers are gone')
from core.order_request;
select is(count(*), 500::bigint, 'and no others') from core.order_request;

create table core.outbox_202001 partition of core.outbox
    for values from ('2020-01-01') to ('2020-02-01');
create table core.outbox_202002 partition of core.outbox
    for values from ('2020-02-01') to ('2020-03-01');
insert into core.outbox (created_at, version, type, subject, data)
values ('2020-01-15', 1, 'x', 'x', '{}'),
       ('2020-02-15', 2, 'x', 'x', '{}');
insert into core.outbox_waiting (created_at, versions, subjects)
values ('2020-02-15', '{2}', '{x}');
select api.job_partitions('{}');
select is(array[to_regclass('core.outbox_202001'),
                to_regclass('core.outbox_202002')],
          array[null, 'core.outbox_202002']::regclass[],
          'a month goes when all of it is published');

update core.job set finished_at = now() - interval '2 days'
where finished_at is not null;
select api.job_job_forget('{}');
select is(array_agg(distinct status), '{dead}', 'the dead are kept longer')
from core.job where finished_at is not null;

select * from finish();
rollback;
