-- GET /me/addresses/{id}: one of the caller's addresses.

create or replace function api.get_address(id uuid, principal jsonb)
    returns setof api.address_reply
language sql stable as $$
    select null::int, null::text,
           c.id, c.label, c.recipient, c.street, c.number, c.complement,
           c.district, c.city, c.postal_code, c.phone, c.region, c.country,
           c.is_default, c.version, c.created_at, c.updated_at
    from core.address_card c
    where c.id = get_address.id
          and c.user_id = core.subject(get_address.principal)
$$;

grant select on core.address_card to identity_api;
