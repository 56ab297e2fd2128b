-- api.idempotent: once per key, answers replayed, domain errors kept.

begin;
select plan(22);

create function api.probe(id bigint, body jsonb, ids bigint[])
    returns table (_status int, _location text, version bigint, seen jsonb,
                   made_at timestamptz, many bigint[])
language plpgsql as $$
begin
    insert into core.setting (key, value)
    values ('probe', '1')
    on conflict (key) do update
    set value = to_jsonb((core.setting.value)::int + 1);

    if probe.id = 0 then
        perform core.fail('probe_failed', 409, '{"available": 3}');
    elsif probe.id = 1 then
        return;
    elsif probe.id = 2 then
        raise exception 'broken';
    end if;

    return query select 201, '/probe/' || probe.id, 7::bigint, probe.body,
                        timestamptz '2026-01-31 12:00:00.5+02', probe.ids;
end
$$;

create function api.probe_void(id bigint) returns void
language plpgsql as $$ begin end $$;

create function api.probe_read(id bigint) returns table (n bigint)
language sql stable as $$ select probe_read.id $$;

create function pg_temp.runs() returns int language sql as
$$ select coalesce((select value::int from core.setting
                    where key = 'probe'), 0) $$;

prepare ask(text, text, text, jsonb) as
select * from api.idempotent($1, 'user:1', $2, $3, $4);

create temporary table answer as
execute ask('probe', 'a', 'f', '{"id": 5, "body": {"x": null},
                                 "ids": [1, 2]}');

select is(_status, 201, 'the status of the operation') from answer;
select is(_location, '/probe/5', 'its location') from answer;
select is(version, 7::bigint, 'its version') from answer;
select is(_replayed, false, 'not a replay') from answer;
select is(_problem, null, 'no problem') from answer;
select is(_body, '{"version": 7, "seen": {"x": null}, "many": [1, 2],
                   "made_at": "2026-01-31T10:00:00.5Z"}',
          'the body as the gateway would write it') from answer;
select is(pg_temp.runs(), 1, 'it ran');

create temporary table again as
execute ask('probe', 'a', 'f', '{"id": 5, "body": {"x": null},
                                 "ids": [1, 2]}');
select is(_replayed, true, 'the second time is a replay') from again;
select is(again._body, answer._body, 'of the same body') from again, answer;
select is(again._status, 201, 'and status') from again;
select is(pg_temp.runs(), 1, 'it did not run again');

select throws_ok($$execute ask('probe', 'a', 'g', '{"id": 5}')$$,
                 'CM422', 'idempotency_key_reused',
                 'another fingerprint under the same key');

create temporary table failed as
execute ask('probe', 'b', 'f', '{"id": 0}');
select is(row(_status, _problem, _body)::text,
          row(409, 'probe_failed', '{"available": 3}'::jsonb)::text,
          'a domain error is an answer') from failed;
select is(pg_temp.runs(), 1, 'and undone');

create temporary table failed_again as
execute ask('probe', 'b', 'f', '{"id": 0}');
select is(row(_status, _problem, _replayed)::text,
          row(409, 'probe_failed', true)::text,
          'which is replayed, too') from failed_again;

create temporary table nothing as
execute ask('probe', 'c', 'f', '{"id": 1}');
select is(row(_status, _problem)::text, row(404, 'not_found')::text,
          'no row is not found') from nothing;

create temporary table void as
execute ask('probe_void', 'd', 'f', '{"id": 1}');
select is(row(_status, _problem, _body)::text, row(null, null, null)::text,
          'nothing to say is no body') from void;

select throws_ok($$execute ask('probe', 'e', 'f', '{"id": 2}')$$, 'P0001',
                 'broken', 'other errors go through');
select is((select count(*) from core.idempotency where key = 'e'), 0::bigint,
          'and leave no record');

select throws_ok($$execute ask('idempotent', 'f', 'f', '{}')$$, 'CM404',
                 'unknown_operation', 'not itself');
select throws_ok($$execute ask('probe_read', 'g', 'f', '{"id": 1}')$$,
                 'CM404', 'unknown_operation', 'no reads');
select throws_ok($$execute ask('pg_sleep', 'h', 'f', '{}')$$, 'CM404',
                 'unknown_operation', 'nothing of other schemas');

select * from finish();
rollback;
