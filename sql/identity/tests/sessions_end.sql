-- Sessions end with what they stood on, when an operator takes it away with
-- psql as well. The triggers are deferred; here they are hurried.

begin;

select plan(14);

insert into core.users (id, name, email, password_hash)
select uuid(format('01930000-0000-7000-8000-00000000000%s', n)),
       'U' || n, n || '@x.com', 'h' from generate_series(1, 3) n;
insert into core.user_role (user_id, role)
select id, 'customer' from core.users;
insert into core.role (name, scopes) values ('buyer', '{shop,orders:read}');
set constraints all immediate;

-- Everybody logs in again.
create function pg_temp.again() returns void language sql as $$
    insert into core.session (id, user_id)
    select core.uuid_v7(), u.id from core.users u;
$$;

-- Who is still in.
create function pg_temp.still_in() returns text language sql as $$
    select coalesce(string_agg(distinct u.name, ',' order by u.name), '')
    from core.session s join core.users u on u.id = s.user_id
    where s.revoked_at is null
$$;

create function pg_temp.reason() returns text language sql as $$
    select string_agg(distinct s.reason, ',') from core.session s
    where s.revoked_at is not null
$$;

select pg_temp.again();
update core.users set active = false where name = 'U1';
select is(pg_temp.still_in(), 'U2,U3', 'deactivated');
select is(pg_temp.reason(), 'deactivated', 'and it says so');
update core.users set name = 'V' where name = 'U2';
update core.users set name = 'U2' where name = 'V';
select is(pg_temp.still_in(), 'U2,U3', 'a name is no reason');
update core.users set password_hash = 'g' where name = 'U2';
select is(pg_temp.still_in(), 'U3', 'another password');

delete from core.session;
select pg_temp.again();
update core.users set password_hash = 'better', last_login_at = now()
where name = 'U2';
select is(pg_temp.still_in(), 'U1,U2,U3', 'a better hash at a login is none');

insert into core.user_role
select id, 'buyer' from core.users where name = 'U2';
select is(pg_temp.still_in(), 'U1,U3', 'a role more');
select pg_temp.again();
delete from core.user_role where role = 'buyer';
select is(pg_temp.still_in(), 'U1,U3', 'a role less');
select is(pg_temp.reason(), 'roles', 'and it says so');

update core.role set scopes = '{shop,orders:read}' where name = 'customer';
select is(pg_temp.still_in(), 'U1,U3', 'a scope more takes nothing away');
update core.role set scopes = '{shop}' where name = 'customer';
select is(pg_temp.still_in(), '', 'a scope less does');

-- Whoever changes his own password stays where he did it.
delete from core.session;
select pg_temp.again(), pg_temp.again();
set constraints all deferred;
select is(cardinality(core.put_password(u, 'new',
              (select min(s.id::text)::uuid from core.session s
               where s.user_id = u.id), 'en')), 1,
          'the API ends the others')
from core.users u where u.name = 'U2';
set constraints all immediate;
select is((select count(*) from core.session s
           join core.users u on u.id = s.user_id
           where u.name = 'U2' and s.revoked_at is null), 1::bigint,
          'and nobody else ends the one');

select is(core.told(to_jsonb(u), '{id,active}'),
          jsonb_build_object('id', u.id, 'active', 'false'),
          'gateways hear no names and no hashes')
from core.users u where u.name = 'U1';

select is(encode(tgargs, 'escape'), 'id\000active\000', 'of nobody')
from pg_trigger
where tgname = 'told' and tgrelid = 'core.users'::regclass;

select * from finish();

rollback;
