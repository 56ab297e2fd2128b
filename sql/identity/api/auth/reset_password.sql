-- POST /auth/password/reset: the password is another one, whoever was logged
-- in is out, and the address is proved. Called by the handler reset_password;
-- the token comes as SHA-256.
--
-- Answers: what to refuse from now on.
-- Raises: CM422 token_not_accepted.
-- Locks: the token, the user, the sessions.

create or replace function api.reset_password(hash bytea, password_hash text,
                                              language text)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    t core.one_time_token;
    u core.users;
begin
    t := core.take_token(reset_password.hash, '{reset_password}');
    u := core.lock_user(t.user_id, null);

    return query
    select 204, core.put_password(u, reset_password.password_hash, null,
                                  reset_password.language);
end
$$;
