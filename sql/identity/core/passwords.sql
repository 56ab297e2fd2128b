-- Attempts to log in that no longer count, since their owner is known.

create or replace function core.forget_failures(user_id uuid) returns void
language sql volatile as $$
    delete from core.login_failure f
    using core.users u
    where u.id = forget_failures.user_id
          and f.account = core.account_of(u.email)
$$;


-- Stores a new password: other sessions than the one to keep end, open resets
-- are void, the account is open again, and its owner is told. Without a
-- session to keep it was a reset by mail, which proves the address.

create or replace function core.put_password(u core.users, hash text,
                                             keep uuid, language text)
    returns text[]
language plpgsql as $$
begin
    perform set_config('commerce.keep_session',
                       coalesce(put_password.keep::text, ''), true);

    update core.users x
    set password_hash = put_password.hash, password_set_at = now(),
        email_confirmed = x.email_confirmed or put_password.keep is null,
        version = x.version + 1, updated_at = now()
    where x.id = u.id;

    update core.one_time_token t set used_at = now()
    where t.user_id = u.id and t.purpose = 'reset_password'
          and t.used_at is null;

    perform core.forget_failures(u.id);
    perform core.send_mail(u.id, u.email, 'password_changed',
                           put_password.language,
                           jsonb_build_object('name', u.name));
    perform core.audit_event('password_changed', u.id, 'user', u.id::text);

    return core.end_sessions(u.id, 'password', put_password.keep);
end
$$;
