-- PATCH /me/addresses/{id}: changes what the body names.
--
-- Raises: CM404 address_not_found (also for somebody else's), CM412
-- version_mismatch.
-- Locks: the caller, then the addresses.

create or replace function api.update_address(id uuid, body jsonb,
                                              principal jsonb,
                                              expected_version bigint)
    returns setof api.address_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
    x core.address;
begin
    u := core.lock_user(core.subject(update_address.principal), null);

    select a.* into x from core.address a
    where a.id = update_address.id and a.user_id = u.id;

    if not found then
        perform core.fail('address_not_found', 404);
    end if;

    perform core.check_version(x.version, update_address.expected_version);

    if (body ->> 'is_default')::boolean then
        perform core.clear_default(u.id, x.id);
    end if;

    x := jsonb_populate_record(x, body - array['id', 'user_id', 'version']);

    update core.address a
    set label = coalesce(x.label, ''), recipient = x.recipient,
        street = x.street, number = coalesce(x.number, ''),
        complement = coalesce(x.complement, ''),
        district = coalesce(x.district, ''), city = x.city,
        postal_code = x.postal_code, phone = x.phone, region = x.region,
        country = x.country, is_default = x.is_default,
        version = a.version + 1, updated_at = now()
    where a.id = x.id;

    return query
    select 200, null::text,
           c.id, c.label, c.recipient, c.street, c.number, c.complement,
           c.district, c.city, c.postal_code, c.phone, c.region, c.country,
           c.is_default, c.version, c.created_at, c.updated_at
    from core.address_card c where c.id = x.id;
end
$$;
