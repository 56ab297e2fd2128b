-- POST /auth/email/confirm: a token that came by mail proves an address, the
-- one given at registration or a new one.
--
-- Raises: CM422 token_not_accepted, CM409 email_taken (somebody was faster).
-- Locks: the token, the user.

create or replace function api.confirm_email(body jsonb, language text)
    returns table (_status int)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    t core.one_time_token;
    u core.users;
begin
    t := core.take_token(core.digest_of(body ->> 'token'),
                         '{confirm_email,change_email}');
    u := core.lock_user(t.user_id, null);

    if t.purpose = 'change_email' then
        perform core.patch_user(u, jsonb_build_object('email', t.email));
        perform core.send_mail(u.id, u.email, 'email_changed',
                               confirm_email.language,
                               jsonb_build_object('name', u.name));
        perform core.audit_event('email_changed', u.id, 'user',
                                 u.id::text);

    elsif lower(t.email) <> u.email_key then
        perform core.fail_at('token_not_accepted', 422, '/token');
    end if;

    update core.users x
    set email_confirmed = true, version = x.version + 1, updated_at = now()
    where x.id = u.id and not x.email_confirmed;

    return query select 204;
end
$$;
