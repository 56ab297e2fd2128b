-- A login succeeds: opens a session with its first refresh token, forgets the
-- failed attempts and stores a better hash of the password if there is one.
-- More than 200 sessions of one user end the oldest. Called by the handler
-- login.
--
-- The password may have changed, and what the user may do, while it was
-- checked: with the rows of user and roles held, the hash that was checked
-- must still be the one, and the claims are those of now. Whoever changes
-- either ends the sessions afterwards, this one as well.
--
-- Answers: the user's card, the token's claims and the sessions to refuse.
-- Raises: CM401 invalid_credentials, CM403 account_inactive.
-- Locks: the user, shares of its roles, the new session, surplus sessions.

create or replace function api.open_session(id uuid, user_id uuid, hash bytea,
                                            user_agent text, address text,
                                            checked text, password_hash text)
    returns table (card jsonb, claims jsonb, ended jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u       core.users;
    surplus jsonb;
begin
    select x.* into u from core.users x
    where x.id = open_session.user_id
    for no key update;

    if u.active and u.password_hash is distinct from open_session.checked then
        perform core.fail('invalid_credentials', 401);
    end if;

    perform from core.role r
    join core.user_role ur on ur.role = r.name
    where ur.user_id = open_session.user_id
    for share of r;

    update core.users x
    set last_login_at = now(),
        password_hash = coalesce(open_session.password_hash,
                                 x.password_hash)
    where x.id = open_session.user_id and x.active;

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

    return query select core.user_json(open_session.user_id),
                        core.claims_of(u), surplus;
end
$$;
