-- A gift card: GET /gift-cards/{id}, for orders:read.

create or replace function api.get_gift_card(id uuid, principal jsonb)
    returns setof api.credit
language sql stable as $$
    select c.id, c.kind, c.customer_id, c.hint,
           core.money(c.balance, c.currency), c.active, c.expires_at, c.note,
           c.version, c.created_at, c.updated_at, null::jsonb
    from core.credit c
    where c.id = get_gift_card.id and c.kind = 'gift_card'
$$;

grant select (id, kind, customer_id, hint, balance, currency, active,
              expires_at, note, version, created_at, updated_at)
    on core.credit to store_api;
