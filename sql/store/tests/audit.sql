-- The audit log: what makes an entry, what makes none, and who may touch it.

begin;
select no_plan();

create function pg_temp.who(operation text) returns jsonb language sql as $$
    select '{"sub": "0190163d-8694-739b-aea5-966c26f8ad92",
             "sid": "0190163d-8694-739b-aea5-966c26f8ad93",
             "roles": ["staff"], "scopes": ["shop", "catalog:write"],
             "request": "r-1"}'::jsonb
           || jsonb_build_object('operation', operation)
$$;

create function pg_temp.told() returns setof text language sql as $$
    select concat_ws(' ', e.operation, c.kind, c.relation, c.action,
                     c.before, c.after, nullif(c.concealed, '{}'))
    from core.audit_entry e join core.audit_change c on c.entry_id = e.id
    order by e.id, c.n
$$;

create function pg_temp.refused(statement text) returns text
language plpgsql as $$
begin
    execute statement;
    return 'done';
exception when others then
    return sqlerrm;
end
$$;


-- Nobody acts: nothing is kept.

insert into core.tax_class (code, name) values ('livros', 'Livros');
select is_empty('select * from pg_temp.told()', 'the shop by itself');

select api.acting('{"sub": "0190163d-8694-739b-aea5-966c26f8ad92",
                    "scopes": ["shop"]}');
update core.tax_class set name = 'Livro' where code = 'livros';
select is_empty('select * from pg_temp.told()', 'a customer');


-- Somebody acts.

select api.acting(pg_temp.who('put_tax_class'));
update core.tax_class set name = 'Livros', version = 2
where code = 'livros';
update core.tax_class set version = 3 where code = 'livros';
select results_eq('select * from pg_temp.told()', array[
    'put_tax_class tax_class tax_class update '
    '{"name": "Livro"} {"name": "Livros"}'],
    'what differs is told, versions are not');

select is((select row(e.actor_id, e.roles, e.session_id, e.request_id)::text
           from core.audit_entry e),
          '(0190163d-8694-739b-aea5-966c26f8ad92,{staff},'
          '0190163d-8694-739b-aea5-966c26f8ad93,r-1)', 'who it was');

delete from core.tax_class where code = 'livros';
select is((select count(*) from core.audit_entry), 1::bigint,
          'one entry for one operation');


-- Secrets are named, not told.

select api.acting(pg_temp.who('create_webhook'));
insert into core.webhook_endpoint (id, url, events, secret, request_key)
values ('0190163d-8694-739b-aea5-966c26f8ad94', 'https://example.com/', '{*}',
        'whsec_canary', 'key-canary');
select is((select c.concealed from core.audit_change c
           where c.kind = 'webhook'), '{secret}'::text[], 'named');
select is_empty('select * from pg_temp.told() t where t ~ ''canary''',
                'not told');


-- What a savepoint takes back leaves no trace.

select api.acting(pg_temp.who('create_tax_rate'));
do $$
begin
    insert into core.tax_rate (region, rate_ppm, name) values ('BR', 1, 'x');
    raise exception using errcode = 'CM409';
exception when sqlstate 'CM409' then
    null;
end
$$;
select is_empty('select * from pg_temp.told() t where t ~ ''tax_rate''',
                'a refused change');


-- Places in the chain are taken at the commit.

select is_empty('select * from core.audit_link', 'not before');
set constraints all immediate;
select is((select count(*) from core.audit_link), 2::bigint, 'then');
select is((select count(*) from core.audit_link l
           where l.hash = sha256(l.prev || convert_to(
                     core.audit_text(l.seq, l.entry_id), 'UTF8'))),
          2::bigint, 'over what it says');
select is((select prev from core.audit_link where seq = 2),
          (select hash from core.audit_link where seq = 1), 'one by one');


-- Only ever inserted, even by the owner; and by functions alone.

select matches(pg_temp.refused(format(s, t)), 'append-only', format(s, t))
from unnest(array['audit_entry', 'audit_change', 'audit_link']) t,
     unnest(array['delete from core.%s', 'truncate core.%s']) s;
select matches(pg_temp.refused('update core.audit_entry set roles = ''{}'''),
               'append-only', 'an entry');
select matches(pg_temp.refused('update core.audit_change set after = null'),
               'append-only', 'a change');
select matches(pg_temp.refused('update core.audit_link set prev = hash'),
               'append-only', 'a link');

select table_privs_are('core', t, 'store_api', '{SELECT}',
                       'the gateway reads ' || t)
from unnest(array['audit_entry', 'audit_change', 'audit_link']) t;

select is_empty($$
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'core'::regnamespace and p.proname ~ '^audit'
          and p.prosecdef
          and has_function_privilege('store_api', p.oid, 'execute')
    $$, 'nor does a function of core for it');

select * from finish();
rollback;
