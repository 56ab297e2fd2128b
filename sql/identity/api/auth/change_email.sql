-- POST /auth/email/change: a token on its way to the new address; nothing
-- changes before it comes back. Called by the handler change_email after the
-- password was checked.
--
-- Raises: CM409 email_taken.
-- Locks: the user.

create or replace function api.change_email(principal jsonb, email text,
                                            language text)
    returns table (_status int)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
begin
    u := core.lock_user(core.subject(change_email.principal), null);

    if exists (select from core.users x
               where x.email_key = lower(btrim(change_email.email))
                     and x.id <> u.id)
    then
        perform core.fail_at('email_taken', 409, '/email');
    end if;

    perform core.forget_failures(u.id);
    perform core.send_token('change_email', u.id, btrim(change_email.email),
                            u.name, change_email.language);

    return query select 202;
end
$$;
