-- POST /auth/password/forgot: a token on its way by mail, if there is such a
-- user; the answer and the work are the same if not.
--
-- Locks: none.

create or replace function api.forgot_password(body jsonb, language text)
    returns table (_status int)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
begin
    select x.* into u from core.users x
    where x.email_key = lower(btrim(body ->> 'email')) and x.active;

    perform core.send_token('reset_password', u.id,
                            coalesce(u.email, btrim(body ->> 'email')),
                            u.name, forgot_password.language);

    return query select 202;
end
$$;
