-- POST /me/addresses: one more address; the first is the default unless it
-- says otherwise.
--
-- Raises: CM409 too_many_addresses.
-- Locks: the caller, then the addresses.

create or replace function api.create_address(body jsonb, principal jsonb)
    returns setof api.address_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u     core.users;
    fresh uuid := core.uuid_v7();
    n     int;
begin
    u := core.lock_user(core.subject(create_address.principal), null);

    select count(*) into n from core.address a where a.user_id = u.id;

    if n >= 50 then
        perform core.fail('too_many_addresses', 409);
    end if;

    if (body ->> 'is_default')::boolean then
        perform core.clear_default(u.id, fresh);
    end if;

    insert into core.address (id, user_id, label, recipient, street, number,
                              complement, district, city, postal_code,
                              phone, region, country, is_default)
    values (fresh, u.id, coalesce(body ->> 'label', ''),
            body ->> 'recipient', body ->> 'street',
            coalesce(body ->> 'number', ''),
            coalesce(body ->> 'complement', ''),
            coalesce(body ->> 'district', ''), body ->> 'city',
            body ->> 'postal_code', body ->> 'phone', body ->> 'region',
            coalesce(body ->> 'country', 'BR'),
            coalesce((body ->> 'is_default')::boolean, n = 0));

    return query
    select 201, '/api/v1/me/addresses/' || c.id,
           c.id, c.label, c.recipient, c.street, c.number, c.complement,
           c.district, c.city, c.postal_code, c.phone, c.region, c.country,
           c.is_default, c.version, c.created_at, c.updated_at
    from core.address_card c where c.id = fresh;
end
$$;
