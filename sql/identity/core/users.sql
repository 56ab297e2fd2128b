-- What the functions about users share: the card, roles, sessions that end.


-- A user as the API shows it. Read by the gateway's role; the password's hash
-- is not in it.

drop view if exists core.user_card cascade;

create view core.user_card as
    select u.id, u.name, u.email,
           array(select r.role from core.user_role r
                 where r.user_id = u.id order by r.role) as roles,
           u.active, u.email_confirmed, u.phone, u.tax_id, u.reference,
           u.version, u.created_at, u.updated_at, u.last_login_at
    from core.users u
    where u.erased_at is null;


-- All scopes of a user's roles, each once.

create or replace function core.scopes_of(user_id uuid) returns text[]
language sql stable as $$
    select array(select distinct s.scope
                 from core.user_role ur
                 join core.role r on r.name = ur.role,
                      unnest(r.scopes) as s(scope)
                 where ur.user_id = scopes_of.user_id
                 order by s.scope)
$$;


-- Ends a user's sessions, all or all but one, and answers what the gateway
-- must refuse from now on.

create or replace function core.end_sessions(user_id uuid, reason text,
                                             keep uuid default null)
    returns text[]
language sql volatile as $$
    with ended as (
        update core.session s
        set revoked_at = now(), reason = end_sessions.reason
        where s.user_id = end_sessions.user_id and s.revoked_at is null
              and s.id is distinct from end_sessions.keep
        returning s.id
    )
    select coalesce(array_agg('sid:' || e.id), '{}') from ended e
$$;


-- The row of a user who is not erased, locked for a change.

create or replace function core.lock_user(id uuid, expected_version bigint)
    returns core.users
language plpgsql as $$
declare
    u core.users;
begin
    select x.* into u from core.users x
    where x.id = lock_user.id and x.erased_at is null
    for no key update;

    if not found then
        perform core.fail('user_not_found', 404);
    end if;

    perform core.check_version(u.version, lock_user.expected_version);
    return u;
end
$$;


-- Somebody must be left who can let others in. The role's row is locked, so
-- that two administrators cannot remove each other at once.

create or replace function core.keep_an_admin(except_user uuid)
    returns void
language plpgsql as $$
begin
    perform from core.role r where r.name = 'admin' for no key update;

    if exists (select from core.user_role ur
               join core.users u on u.id = ur.user_id
               where ur.role = 'admin' and ur.user_id = except_user
                     and u.active)
       and not exists (select from core.user_role ur
                       join core.users u on u.id = ur.user_id
                       where ur.role = 'admin' and u.active
                             and ur.user_id <> except_user)
    then
        perform core.fail('last_admin', 409);
    end if;
end
$$;


-- Gives a user exactly these roles; true if that changed anything.

create or replace function core.set_roles(user_id uuid, roles jsonb)
    returns boolean
language plpgsql as $$
declare
    wanted  text[] := array(select distinct jsonb_array_elements_text(roles)
                            order by 1);
    present text[] := array(select ur.role from core.user_role ur
                            where ur.user_id = set_roles.user_id
                            order by ur.role);
begin
    if wanted = present then
        return false;
    end if;

    if exists (select from unnest(wanted) as w(name)
               where not exists (select from core.role r
                                 where r.name = w.name))
    then
        perform core.fail_at('unknown_role', 422, '/roles');
    end if;

    if 'admin' = any (present) and not 'admin' = any (wanted) then
        perform core.keep_an_admin(set_roles.user_id);
    end if;

    delete from core.user_role ur
    where ur.user_id = set_roles.user_id and not ur.role = any (wanted);

    insert into core.user_role (user_id, role)
    select set_roles.user_id, w.name from unnest(wanted) as w(name)
    on conflict do nothing;

    return true;
end
$$;


-- A new user; the e-mail must be free.

create or replace function core.add_user(id uuid, name text, email text,
                                         password_hash text, roles text[],
                                         phone text default null,
                                         tax_id text default null,
                                         reference text default null)
    returns void
language plpgsql as $$
declare
    taken text;
begin
    insert into core.users (id, name, email, password_hash, phone, tax_id,
                            reference, password_set_at)
    values (add_user.id, btrim(add_user.name), btrim(add_user.email),
            add_user.password_hash, add_user.phone, add_user.tax_id,
            add_user.reference,
            case when add_user.password_hash is not null then now() end);

    perform core.set_roles(add_user.id, to_jsonb(add_user.roles));

exception when unique_violation then
    get stacked diagnostics taken = constraint_name;

    if taken = 'users_reference_key' then
        perform core.fail_at('reference_taken', 409, '/reference');
    elsif taken = 'users_email_key_key' then
        perform core.fail_at('email_taken', 409, '/email');
    end if;

    raise;
end
$$;


-- Changes what a body names, as RFC 7396 says, and moves the version if
-- anything became different. Roles and active are not changed here.

create or replace function core.patch_user(u core.users, body jsonb)
    returns void
language plpgsql as $$
declare
    taken text;
begin
    update core.users x
    set name = case when body ? 'name' then btrim(body ->> 'name')
                    else x.name end,
        email = case when body ? 'email' then btrim(body ->> 'email')
                     else x.email end,
        email_confirmed = x.email_confirmed
            and (not body ? 'email'
                 or lower(btrim(body ->> 'email')) = x.email_key),
        phone = case when body ? 'phone' then body ->> 'phone'
                     else x.phone end,
        tax_id = case when body ? 'tax_id' then body ->> 'tax_id'
                      else x.tax_id end,
        reference = case when body ? 'reference' then body ->> 'reference'
                         else x.reference end,
        version = x.version + 1, updated_at = now()
    where x.id = u.id
          and body ?| array['name', 'email', 'phone', 'tax_id', 'reference'];

exception when unique_violation then
    get stacked diagnostics taken = constraint_name;

    if taken = 'users_reference_key' then
        perform core.fail_at('reference_taken', 409, '/reference');
    end if;

    perform core.fail_at('email_taken', 409, '/email');
end
$$;


-- Lets a user in or out; what must be refused from now on.

create or replace function core.set_active(u core.users, active boolean)
    returns text[]
language plpgsql as $$
begin
    if u.active = set_active.active then
        return '{}';
    end if;

    if not set_active.active then
        perform core.keep_an_admin(u.id);
    end if;

    update core.users x
    set active = set_active.active, version = x.version + 1,
        updated_at = now()
    where x.id = u.id;

    if set_active.active then
        return '{}';
    end if;

    return core.end_sessions(u.id, 'deactivated');
end
$$;


-- Forgets a person: the id stays, since orders point to it, nothing else
-- does. What was sealed goes as well.

create or replace function core.erase_user(u core.users, actor uuid)
    returns text[]
language plpgsql as $$
declare
    revoke text[];
begin
    perform core.keep_an_admin(u.id);
    revoke := core.end_sessions(u.id, 'erased');

    update core.users x
    set name = '-', email = 'erased-' || x.id || '@invalid',
        password_hash = null, phone = null, tax_id = null, reference = null,
        active = false, email_confirmed = false, erased_at = now(),
        version = x.version + 1, updated_at = now()
    where x.id = u.id;

    delete from core.user_role ur where ur.user_id = u.id;
    delete from core.address a where a.user_id = u.id;
    delete from core.refresh_token t using core.session s
    where t.session_id = s.id and s.user_id = u.id;
    update core.session s set user_agent = '', address = ''
    where s.user_id = u.id;
    delete from core.one_time_token t where t.user_id = u.id;
    delete from core.mail_outbox m where m.user_id = u.id;
    delete from core.login_failure f
    where f.account = core.account_of(u.email);
    delete from core.idempotency i
    where i.body ->> 'id' = u.id::text
          or i.scope like '%' || u.id || '%';

    insert into core.erasure (user_id, actor_id) values (u.id, erase_user.actor)
    on conflict do nothing;

    perform core.audit_event('user_erased', erase_user.actor, 'user',
                             u.id::text);
    return revoke;
end
$$;
