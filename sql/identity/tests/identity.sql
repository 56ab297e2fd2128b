-- What api.* of identity does, called as the gateway calls it.

begin;

select plan(76);


-- Helpers: principals, digests, mail, and rows as the gateway's role sees
-- them.

create function pg_temp.who(id uuid, scopes text[]) returns jsonb
language sql as $$
    select jsonb_build_object('sub', id, 'sid',
                              '00000000-0000-7000-8000-0000000000aa',
                              'scopes', scopes)
$$;

create function pg_temp.sha(t text) returns bytea language sql as $$
    select sha256(convert_to(t, 'UTF8'))
$$;

create function pg_temp.rows_of(query text) returns bigint
language plpgsql as $$
declare
    n bigint;
begin
    perform set_config('role', 'identity_api', true);
    execute 'select count(*) from (' || query || ') q' into n;
    perform set_config('role', 'none', true);
    return n;
end
$$;

create function pg_temp.mailed(who text, kind text) returns text
language sql as $$
    select m.data ->> 'token' from core.mail_outbox m
    where m.recipient = who and m.template = kind
    order by m.id desc limit 1
$$;

-- A login with the password that the user has.

create function pg_temp.open(sid uuid, who uuid, token text)
    returns setof jsonb
language sql as $$
    select s.card
    from api.open_session(sid, who, pg_temp.sha(token), null, null,
                          (select u.password_hash from core.users u
                           where u.id = who), null) s
$$;

\set ana '''01930000-0000-7000-8000-000000000001'''
\set bob '''01930000-0000-7000-8000-000000000002'''
\set eva '''01930000-0000-7000-8000-000000000003'''
\set s1 '''01930000-0000-7000-8000-000000000011'''
\set s2 '''01930000-0000-7000-8000-000000000012'''
\set s3 '''01930000-0000-7000-8000-000000000013'''


-- Registration.

select results_eq(
    format($$select _status, _location, name, email, roles, active,
                    email_confirmed, version
             from api.register(%L, '{"name": "Ana", "email": "Ana@x.com"}',
                               'h', 'pt-BR')$$, :ana),
    format($$values (201, '/api/v1/users/%s', 'Ana', 'Ana@x.com',
                     '{customer}'::text[], true, false, 1::bigint)$$, :ana),
    'register answers the user');
select throws_ok(
    format($$select * from api.register(%L,
             '{"name": "A", "email": "ANA@X.COM"}', 'h', 'en')$$, :bob),
    'CM409', 'email_taken', 'an e-mail is unique whatever its case');
select isnt(pg_temp.mailed('Ana@x.com', 'confirm_email'), null,
            'a confirmation is on its way');
select is((select count(*) from core.users u where u.id = :bob), 0::bigint,
          'a refused registration leaves nothing');


-- Confirmation, once.

select lives_ok(
    format($$select * from api.confirm_email(
             jsonb_build_object('token', %L::text), 'en')$$,
           pg_temp.mailed('Ana@x.com', 'confirm_email')),
    'the token confirms the address');
select ok((select email_confirmed from core.users where id = :ana),
          'the address is confirmed');
select throws_ok(
    format($$select * from api.confirm_email(
             jsonb_build_object('token', %L::text), 'en')$$,
           pg_temp.mailed('Ana@x.com', 'confirm_email')),
    'CM422', 'token_not_accepted', 'a token works once');


-- Login: what comes, and the brake.

select results_eq(
    $$select retry_after, user_id, password_hash, active
      from api.begin_login(' ana@X.com ')$$,
    format($$values (null::int, %L::uuid, 'h', true)$$, :ana),
    'begin_login finds the user whatever the case');
select is_empty($$select * from api.begin_login('nobody@x.com')$$,
                'nobody is nobody');
select is((select attempts from core.login_failure
           where account = core.account_of('nobody@x.com')), 1,
          'an unknown account is counted as well');
select throws_ok(
    format($$select * from api.open_session(%L, %L, pg_temp.sha('r1'),
             'agent', '127.0.0.1', 'old', null)$$, :s1, :ana),
    'CM401', 'invalid_credentials',
    'a password that changed meanwhile opens nothing');
select results_eq(
    format($$select card ->> 'name', claims ->> 'scope', claims ->> 'sub'
             from api.open_session(%1$L, %2$L, pg_temp.sha('r1'), 'agent',
                                   '127.0.0.1', 'h', 'better')$$,
           :s1, :ana),
    format($$values ('Ana', 'shop', %L)$$, :ana),
    'open_session answers the card and the claims');
select is((select password_hash from core.users where id = :ana), 'better',
          'a better hash is stored');
select is((select count(*) from core.login_failure
           where account = core.account_of('ana@x.com')), 0::bigint,
          'success forgets the attempts');

do $$
begin
    for i in 1 .. 10 loop
        perform api.begin_login('ana@x.com');
    end loop;
end
$$;

select is((select user_id from api.begin_login('ana@x.com')),
          :ana, 'the eleventh attempt still comes through');
select cmp_ok((select retry_after from api.begin_login('ana@x.com')), '>=',
              1, 'the next has to wait');
select is((select user_id from api.begin_login('ana@x.com')), null,
          'and learns nothing');

update core.login_failure
set locked_until = now() - interval '1 second', attempts = 40
where account = core.account_of('ana@x.com');
select isnt_empty($$select * from api.begin_login('ana@x.com')$$,
                  'after the wait one attempt is allowed');
select cmp_ok((select locked_until from core.login_failure
               where account = core.account_of('ana@x.com')), '<=',
              now() + interval '15 minutes',
              'the wait has an end');
delete from core.login_failure;


-- Rotation, grace, reuse.

select is((select outcome from api.rotate_session(pg_temp.sha('r1'),
                                                  pg_temp.sha('r2'))),
          'rotated', 'a refresh token rotates');
select is((select outcome from api.rotate_session(pg_temp.sha('r1'),
                                                  pg_temp.sha('r3'))),
          'access_only', 'within ten seconds it gives an access token');
select is((select count(*) from core.refresh_token
           where hash = pg_temp.sha('r3')), 0::bigint,
          'but no new refresh token');
select is((select outcome from api.rotate_session(pg_temp.sha('zz'),
                                                  pg_temp.sha('r3'))),
          'unknown', 'another token is unknown');

update core.refresh_token set used_at = now() - interval '11 seconds'
where hash = pg_temp.sha('r1');
select is((select outcome from api.rotate_session(pg_temp.sha('r1'),
                                                  pg_temp.sha('r3'))),
          'reused', 'later it is a theft');
select is((select outcome from api.rotate_session(pg_temp.sha('r2'),
                                                  pg_temp.sha('r3'))),
          'ended', 'and the whole session has ended');
select results_eq('select subject from api.revoked_sessions(1200)',
                  format($$values ('sid:' || %L)$$, :s1),
                  'a gateway that starts hears of it');

select lives_ok(format($$select pg_temp.open(%L, %L, 'q1')$$,
                       :s2, :ana), 'another login');
update core.refresh_token set expires_at = now() where hash =
    pg_temp.sha('q1');
select is((select outcome from api.rotate_session(pg_temp.sha('q1'),
                                                  pg_temp.sha('q2'))),
          'ended', 'an old refresh token is too old');
update core.refresh_token set expires_at = now() + interval '1 day'
where hash = pg_temp.sha('q1');


-- Logout.

select is((select _revoke from api.close_session(null, pg_temp.sha('q1'))),
          array['sid:' || :s2], 'logout by refresh token');
select is((select _revoke from api.close_session(:s2, null)), '{}',
          'twice is harmless');
select lives_ok(format($$select pg_temp.open(%L, %L, 'p1')$$,
                       :s3, :ana), 'a third login');
select is((select _revoke from api.logout_all(pg_temp.who(:ana, '{shop}'))),
          array['sid:' || :s3], 'logout-all names the session');


-- Passwords.

select results_eq(
    $$select _status from api.forgot_password('{"email": "no@x.com"}', 'en')
      union all
      select _status from api.forgot_password('{"email": "ana@X.com"}',
                                              'en')$$,
    'values (202), (202)', 'forgot answers alike');
select is((select count(*) from core.mail_outbox
           where recipient = 'no@x.com'), 0::bigint,
          'nothing is sent to strangers');
select isnt(pg_temp.mailed('Ana@x.com', 'reset_password'), null,
            'a reset is on its way');
select results_eq(
    format('select email from api.find_reset(pg_temp.sha(%L))',
           pg_temp.mailed('Ana@x.com', 'reset_password')),
    $$values ('Ana@x.com')$$, 'the reset token is good');
select throws_ok(
    $$select * from api.reset_password(pg_temp.sha('x'), 'new', 'en')$$,
    'CM422', 'token_not_accepted', 'another is not');

update core.session set revoked_at = null where id = :s3;
select is((select _revoke from api.reset_password(
               pg_temp.sha(pg_temp.mailed('Ana@x.com', 'reset_password')),
               'new', 'en')),
          array['sid:' || :s3], 'a reset ends the sessions');
select is((select password_hash from core.users where id = :ana), 'new',
          'and sets the password');
select is_empty(
    format('select email from api.find_reset(pg_temp.sha(%L))',
           pg_temp.mailed('Ana@x.com', 'reset_password')),
    'the token is used up');

select is((select count(*) from generate_series(1, 9),
           api.forgot_password('{"email": "ana@x.com"}', 'en')), 9::bigint,
          'asking often is answered');
select cmp_ok((select count(*) from core.one_time_token
               where user_id = :ana and purpose = 'reset_password'), '<=',
              3::bigint, 'but does not fill the mailbox');

update core.one_time_token set expires_at = now()
where user_id = :ana and used_at is null;
select is_empty(
    format('select email from api.find_reset(pg_temp.sha(%L))',
           pg_temp.mailed('Ana@x.com', 'reset_password')),
    'an old token is too old');

update core.session set revoked_at = null where id in (:s2, :s3);
select is((select _revoke from api.set_my_password(
               jsonb_build_object('sub', :ana, 'sid', :s3), 'own', 'en')),
          array['sid:' || :s2], 'changing it keeps the own session');


-- E-mail.

select lives_ok(
    format($$select * from api.register(%L,
             '{"name": "Bob", "email": "bob@x.com"}', 'h', 'en')$$, :bob),
    'Bob registers');
select throws_ok(
    format($$select * from api.change_email(pg_temp.who(%L, '{shop}'),
             'BOB@x.com', 'en')$$, :ana),
    'CM409', 'email_taken', 'somebody else''s address is taken');
select results_eq(
    format($$select _status from api.change_email(
             pg_temp.who(%L, '{shop}'), 'ana@y.com', 'en')$$, :ana),
    'values (202)', 'a change is asked for');
select is((select email from core.users where id = :ana), 'Ana@x.com',
          'nothing changes before it is confirmed');
select lives_ok(
    format($$select * from api.confirm_email(
             jsonb_build_object('token', %L::text), 'en')$$,
           pg_temp.mailed('ana@y.com', 'change_email')),
    'it is confirmed');
select is((select email from core.users where id = :ana), 'ana@y.com',
          'the address changes');


-- Users, roles, versions.

select results_eq(
    format($$select _status, roles from api.create_user(%L,
             '{"name": "Eva", "email": "eva@x.com", "roles": ["admin"]}',
             '{}', 'h', 'en')$$, :eva),
    $$values (201, '{admin}'::text[])$$, 'an administrator is made');
select throws_ok(
    format($$select * from api.update_user(%L, '{"roles": ["nobody"]}',
             pg_temp.who(%L, '{}'), null)$$, :bob, :eva),
    'CM422', 'unknown_role', 'a role must exist');
select throws_ok(
    format($$select * from api.update_user(%L, '{"roles": ["customer"]}',
             pg_temp.who(%L, '{}'), null)$$, :eva, :eva),
    'CM409', 'last_admin', 'the last administrator stays');
select throws_ok(
    format($$select * from api.deactivate_user(%L,
             pg_temp.who(%L, '{}'))$$, :eva, :eva),
    'CM409', 'last_admin', 'and stays active');
select throws_ok(
    format($$select * from api.update_user(%L, '{"name": "B"}',
             pg_temp.who(%L, '{}'), 99)$$, :bob, :eva),
    'CM412', 'version_mismatch', 'If-Match is compared');
select is((select version from api.update_user(:bob, '{"name": "B"}',
               pg_temp.who(:eva, '{}'), 1)), 2::bigint,
          'a change moves the version');

select lives_ok(format($$select pg_temp.open(
    '01930000-0000-7000-8000-000000000014', %L, 'b1')$$, :bob), 'Bob logs in');
select is((select _revoke from api.update_user(:bob,
               '{"roles": ["staff"]}', pg_temp.who(:eva, '{}'), null)),
          array['sid:01930000-0000-7000-8000-000000000014'],
          'another role ends the sessions');
select lives_ok(format($$select pg_temp.open(
    '01930000-0000-7000-8000-000000000015', %L, 'b2')$$, :bob), 'Bob logs in again');
select is((select _revoke from api.put_role('staff', '{"scopes": ["shop"]}',
               pg_temp.who(:eva, '{}'), null)),
          array['sid:01930000-0000-7000-8000-000000000015'],
          'a role that loses a scope as well');
select throws_ok(
    format($$select * from api.put_role('admin', '{"scopes": ["shop"]}',
             pg_temp.who(%L, '{}'), null)$$, :eva),
    'CM409', 'admin_needs_scopes', 'administrators can always administer');
select is((select _status from api.put_role('buyer',
               '{"scopes": ["shop", "orders:read"]}',
               pg_temp.who(:eva, '{}'), null)), 201, 'a new role');
select is((select active from api.replace_user(:bob,
               '{"name": "Bob", "email": "bob@x.com"}',
               pg_temp.who(:eva, '{}'), null)), true, 'PUT replaces');
select is((select roles from core.user_card where id = :bob),
          array['customer'], 'what it leaves out is as in a new user');
select is((select active from api.deactivate_user(:bob,
               pg_temp.who(:eva, '{}'))), false, 'deactivated');
select throws_ok(
    format($$select pg_temp.open('01930000-0000-7000-8000-000000000016', %L,
                                 'b3')$$, :bob),
    'CM403', 'account_inactive', 'who is out stays out');


-- As the gateway's role: owners and strangers.

select is(pg_temp.rows_of(
    format($$select * from api.get_user(%L, %L)$$, :eva,
           pg_temp.who(:ana, '{shop}'))), 0::bigint, 'others are not seen');
select is(pg_temp.rows_of(
    format($$select * from api.get_user(%L, %L)$$, :ana,
           pg_temp.who(:ana, '{shop}'))), 1::bigint, 'oneself is');
select is(pg_temp.rows_of(
    $$select * from api.list_users('EVA', null, null, 10, null, 'exact',
                                   null, null)$$), 1::bigint,
    'users are searched');
select is(pg_temp.rows_of(
    $$select * from api.list_customers(null, null, 10,
          '["ana", "01930000-0000-7000-8000-000000000001"]', 'estimated',
          '{name}', null)$$), 1::bigint, 'customers after a cursor');
select results_eq(
    $$select name from api.list_users(null, null, null, 2, null, 'none',
                                      '{-name}', null)$$,
    $$values ('Eva'), ('Bob')$$, 'and sorted');

select is((select recipient from api.create_address(
    '{"recipient": "sealed:v1:a:x", "street": "s", "city": "c",
      "postal_code": "1", "region": "SP"}',
    pg_temp.who(:ana, '{shop}'))), 'sealed:v1:a:x', 'an address');
select throws_ok(
    format($$select * from api.update_address((select id from core.address),
             '{"label": "x"}', pg_temp.who(%L, '{shop}'), null)$$, :eva),
    'CM404', 'address_not_found', 'is nobody else''s');


-- Erasure.

select throws_ok(
    format($$select * from api.erase_user(%L, pg_temp.who(%L, '{shop}'),
                                          null)$$, :ana, :bob),
    'CM403', 'forbidden', 'nobody erases another');
select is((select _status from api.erase_user(:ana,
               pg_temp.who(:ana, '{shop}'), null)), 204, 'Ana goes');
select is_empty(
    $$select from core.users u, to_jsonb(u) j
      where j::text ~* 'ana@|"Ana"'
      union all select from core.address
      union all select from core.mail_outbox m where m.recipient ~* 'ana@'$$,
    'and leaves nothing but an id');

select * from finish();

rollback;
