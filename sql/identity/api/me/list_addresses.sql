-- GET /me/addresses: the caller's addresses, oldest first.

create or replace function api.list_addresses(principal jsonb, "limit" int,
                                              cursor jsonb)
    returns table (id uuid, label text, recipient text, street text,
                   number text, complement text, district text, city text,
                   postal_code text, phone text, region text, country text,
                   is_default boolean, version bigint,
                   created_at timestamptz, updated_at timestamptz,
                   _cursor jsonb)
language sql stable as $$
    select c.id, c.label, c.recipient, c.street, c.number, c.complement,
           c.district, c.city, c.postal_code, c.phone, c.region, c.country,
           c.is_default, c.version, c.created_at, c.updated_at,
           jsonb_build_array(c.id)
    from core.address_card c
    where c.user_id = core.subject(list_addresses.principal)
          and (list_addresses.cursor is null
               or c.id > (list_addresses.cursor ->> 0)::uuid)
    order by c.id
    limit list_addresses."limit"
$$;

grant select on core.address_card to identity_api;
