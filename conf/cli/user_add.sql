-- ./commerce user add: makes a user, or gives one who exists this password and
-- just this role, and ends their sessions. Variables: email, name, role, hash.

begin;

insert into core.users
       (id, name, email, password_hash, email_confirmed, password_set_at)
values (core.uuid_v7(), :'name', :'email', :'hash', true, now())
on conflict (email_key) do update
   set password_hash = excluded.password_hash,
       password_set_at = now(),
       active = true
returning id as user_id
\gset

select core.set_roles(:'user_id', jsonb_build_array(:'role'::text));
select core.end_sessions(:'user_id', 'password');

commit;
