-- A refresh token is used: it is replaced, once. Called by the handler
-- refresh; tokens come as SHA-256.
--
-- Answers outcome: rotated; access_only (used less than ten seconds ago
-- and its successor not yet, two tabs at once: an access token, no new
-- refresh token); reused (somebody has a copy: the session ends); ended;
-- unknown.
-- Locks: the session, then its token.

create or replace function api.rotate_session(hash bytea, replacement bytea)
    returns table (outcome text, sid uuid, claims jsonb, card jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    s core.session;
    t core.refresh_token;
    u core.users;
begin
    select x.* into s from core.session x
    join core.refresh_token y on y.session_id = x.id
    where y.hash = rotate_session.hash
    for no key update of x;

    if not found then
        return query
        select 'unknown', null::uuid, null::jsonb, null::jsonb;
        return;
    end if;

    select x.* into t from core.refresh_token x
    where x.hash = rotate_session.hash;
    select x.* into u from core.users x where x.id = s.user_id;

    outcome := case
        when s.revoked_at is not null or s.expires_at <= now()
             or not u.active then 'ended'
        when t.used_at > clock_timestamp() - interval '10 seconds'
             and not exists (select from core.refresh_token x
                             where x.hash = t.replaced_by
                                   and x.used_at is not null)
            then 'access_only'
        when t.used_at is not null then 'reused'
        when t.expires_at <= now() then 'ended'
        else 'rotated' end;

    if outcome = 'rotated' then
        update core.refresh_token x
        set used_at = clock_timestamp(),
            replaced_by = rotate_session.replacement
        where x.hash = t.hash;

        insert into core.refresh_token (hash, session_id, expires_at)
        values (rotate_session.replacement, s.id,
                least(now() + interval '7 days', s.expires_at));

        update core.session x set last_used_at = now() where x.id = s.id;

    elsif outcome = 'reused' then
        update core.session x set revoked_at = now(), reason = 'reuse'
        where x.id = s.id;
        perform core.audit_event('refresh_token_reused', null, 'user',
                                 u.id::text,
                                 jsonb_build_object('sid', s.id));
    end if;

    return query
    select outcome, s.id, core.claims_of(u), core.user_json(u.id);
end
$$;
