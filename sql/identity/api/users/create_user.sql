-- POST /users: an administrator makes a user of any role. Called by the
-- handler create_user, which has made the id and the hash; without a password
-- the user gets a token to set one by mail.
--
-- Raises: CM409 email_taken, reference_taken, CM422 unknown_role.
-- Locks: the new user.

create or replace function api.create_user(id uuid, body jsonb, principal jsonb,
                                           password_hash text, language text)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    perform core.add_user(create_user.id, body ->> 'name', body ->> 'email',
                          create_user.password_hash,
                          array(select jsonb_array_elements_text(
                              coalesce(body -> 'roles', '["customer"]'))),
                          body ->> 'phone', body ->> 'tax_id',
                          body ->> 'reference');

    if create_user.password_hash is null then
        perform core.send_token('reset_password', create_user.id,
                                body ->> 'email', body ->> 'name',
                                create_user.language);
    end if;

    if not coalesce((body ->> 'active')::boolean, true) then
        update core.users u set active = false where u.id = create_user.id;
    end if;

    return query
    select 201, '/api/v1/users/' || c.id, null::text[], c.*
    from core.user_card c where c.id = create_user.id;
end
$$;
