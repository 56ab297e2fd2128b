-- PUT /me/password: stores the new hash; all other sessions end. Called by
-- the handler set_my_password after the old password was checked.
--
-- Answers: what to refuse from now on.
-- Locks: the user, the sessions.

create or replace function api.set_my_password(principal jsonb,
                                               password_hash text,
                                               language text)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
begin
    u := core.lock_user(core.subject(set_my_password.principal), null);

    return query
    select 204, core.put_password(u, set_my_password.password_hash,
                                  (principal ->> 'sid')::uuid,
                                  set_my_password.language);
end
$$;
