-- A login succeeds: opens a session with its first refresh token, forgets the
-- failed attempts and stores a better hash of the password if there is one.
-- More than 200 sessions of one user end the oldest. Called by the handler
-- login.
--
-- Answers: the user's card, and the sessions to refuse.
-- Raises: CM403 account_inactive.
-- Locks: the user, the new session, surplus sessions.

create or replace function api.open_session(id uuid, user_id uuid, hash bytea,
                                            user_agent text, address text,
                                            password_hash text)
    returns table (card jsonb, ended jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    surplus jsonb;
begin
    update core.users u
    set last_login_at = now(),
        password_hash = coalesce(open_session.password_hash,
                                 u.password_hash)
    where u.id = open_session.user_id and u.active;

    if not found then
        perform core.fail('account_inactive', 403);
    end if;

    perform core.forget_failures(open_session.user_id);

    insert into core.session (id, user_id, user_agent, address)
    values (open_session.id, open_session.user_id,
            left(coalesce(open_session.user_agent, ''), 300),
            left(coalesce(open_session.address, ''), 64));

    insert into core.refresh_token (hash, session_id)
    values (open_session.hash, open_session.id);

    with old as (
        update core.session s set revoked_at = now(), reason = 'ended'
        where s.id in (select x.id from core.session x
                       where x.user_id = open_session.user_id
                             and x.revoked_at is null
                       order by x.id desc offset 200)
        returning s.id
    )
    select coalesce(jsonb_agg('sid:' || o.id), '[]') into surplus
    from old o;

    return query select core.user_json(open_session.user_id), surplus;
end
$$;
