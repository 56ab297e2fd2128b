-- POST /auth/register: a customer signs up. Called by the handler register,
-- which has made the id and the hash; body is {name, email}.
--
-- Raises: CM409 email_taken.
-- Locks: the new user.

create or replace function api.register(id uuid, body jsonb, password_hash text,
                                        language text)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    perform core.add_user(register.id, body ->> 'name', body ->> 'email',
                          register.password_hash, '{customer}');
    perform core.send_token('confirm_email', register.id, body ->> 'email',
                            body ->> 'name', register.language);

    return query
    select 201, '/api/v1/users/' || c.id, null::text[], c.*
    from core.user_card c where c.id = register.id;
end
$$;
