-- Sessions end with what they stood on, whoever takes it away: a function of
-- the API, which tells its gateway at once, or an operator with psql. At the
-- end of the transaction, so that the API's functions come first and know
-- which session may stay; for them there is nothing left to do here.
--
-- Gateways hear of ended sessions through the change feed and refuse their
-- tokens; the next login or refresh makes tokens that say the truth.


-- Locks the user, so that a login that is under way either sees the change
-- or is seen here.

create or replace function core.sessions_must_end(user_id uuid, reason text,
                                                  keep uuid default null)
    returns void
language plpgsql as $$
begin
    perform from core.users u
    where u.id = sessions_must_end.user_id for no key update;

    perform core.end_sessions(sessions_must_end.user_id,
                              sessions_must_end.reason,
                              sessions_must_end.keep);
end
$$;


-- Of users: deactivated, or with another password. A login that only stores
-- a better hash of the same password moves last_login_at with it. Whoever
-- changes his own password keeps the session that he did it in.

create or replace function core.user_lost_access() returns trigger
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    if not new.active then
        perform core.sessions_must_end(new.id, 'deactivated');
    else
        perform core.sessions_must_end(
            new.id, 'password',
            nullif(current_setting('commerce.keep_session', true),
                   '')::uuid);
    end if;

    return null;
end
$$;


-- Of user_role: any change.

create or replace function core.user_changed_roles() returns trigger
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    if tg_op <> 'INSERT' then
        perform core.sessions_must_end(old.user_id, 'roles');
    end if;

    if tg_op <> 'DELETE' then
        perform core.sessions_must_end(new.user_id, 'roles');
    end if;

    return null;
end
$$;


-- Of role: one that lost a scope.

create or replace function core.role_lost_scope() returns trigger
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.end_sessions(ur.user_id, 'roles')
    from core.user_role ur where ur.role = new.name;

    return null;
end
$$;


-- Constraint triggers cannot be replaced; what they run is.

do $$
begin
    if not exists (select from pg_trigger where tgname = 'user_lost_access')
    then
        create constraint trigger user_lost_access
            after update of active, password_hash on core.users
            deferrable initially deferred for each row
            when (old.active and not new.active
                  or old.password_hash is distinct from new.password_hash
                     and old.last_login_at
                         is not distinct from new.last_login_at)
            execute function core.user_lost_access();
    end if;

    if not exists (select from pg_trigger where tgname = 'user_changed_roles')
    then
        create constraint trigger user_changed_roles
            after insert or update or delete on core.user_role
            deferrable initially deferred for each row
            execute function core.user_changed_roles();
    end if;

    if not exists (select from pg_trigger where tgname = 'role_lost_scope')
    then
        create constraint trigger role_lost_scope
            after update of scopes on core.role
            deferrable initially deferred for each row
            when (not old.scopes <@ new.scopes)
            execute function core.role_lost_scope();
    end if;
end
$$;
