-- Whose password a reset token (SHA-256) may set: the e-mail, which the new
-- password must not equal. Called by the handler reset_password before it
-- burns CPU on a hash. No row: not accepted.

create or replace function api.find_reset(hash bytea)
    returns table (email text)
language plpgsql stable security definer set search_path = core, pg_temp as $$
begin
    return query
    select u.email from core.one_time_token t
    join core.users u on u.id = t.user_id
    where t.hash = find_reset.hash and t.purpose = 'reset_password'
          and t.used_at is null and t.expires_at > now() and u.active;
end
$$;
