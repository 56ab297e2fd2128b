-- PATCH /me: name, phone and tax id; an e-mail is changed by POST
-- /auth/email/change, roles by an administrator.
--
-- Raises: CM412 version_mismatch.
-- Locks: the caller.

create or replace function api.update_me(body jsonb, principal jsonb,
                                         expected_version bigint)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
begin
    u := core.lock_user(core.subject(update_me.principal),
                        update_me.expected_version);
    perform core.patch_user(u, body);

    return query
    select 200, null::text, null::text[], c.*
    from core.user_card c where c.id = u.id;
end
$$;
