-- A login begins: counts the attempt and gives what is needed to check the
-- password. Called by the handlers login, set_my_password and change_email;
-- nothing of it goes to the client.
--
-- The first ten attempts in an hour are free, then each one more closes the
-- account for twice as long, a quarter of an hour at most. Counting here and
-- not after the check means that parallel guesses count. Unknown accounts
-- are counted alike.
--
-- Answers: no row (unknown), retry_after in seconds, or the user.
-- Locks: the account's row of login_failure.

create or replace function api.begin_login(email text)
    returns table (retry_after int, user_id uuid, password_hash text,
                   active boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    allowed boolean;
begin
    insert into core.login_failure as f (account, attempts, last_at)
    values (core.account_of(begin_login.email), 1, now())
    on conflict (account) do update
    set attempts = case when f.last_at < now() - interval '1 hour' then 1
                        else f.attempts + 1 end,
        locked_until = case when f.last_at >= now() - interval '1 hour'
                                 and f.attempts >= 10
                            then now() + least(power(2, f.attempts - 10),
                                               900) * interval '1 second'
                       end,
        last_at = now()
    where f.locked_until is null or f.locked_until <= now();

    allowed := found;

    if random() < 0.005 then
        perform core.sweep();
    end if;

    if not allowed then
        return query
        select greatest(1, ceil(extract(epoch from
                                        f.locked_until - now())))::int,
               null::uuid, null, false
        from core.login_failure f
        where f.account = core.account_of(begin_login.email);
        return;
    end if;

    return query
    select null::int, u.id, u.password_hash, u.active
    from core.users u
    where u.email_key = lower(btrim(begin_login.email))
          and u.erased_at is null;
end
$$;
