-- Gift cards, the newest first: GET /gift-cards, for orders:read. `hint` is how
-- a code ends.

create or replace function api.list_gift_cards(
        hint text, active boolean, "limit" int, cursor jsonb,
        principal jsonb)
    returns setof api.credit
language sql stable as $$
    select c.id, c.kind, c.customer_id, c.hint,
           core.money(c.balance, c.currency), c.active, c.expires_at, c.note,
           c.version, c.created_at, c.updated_at, jsonb_build_array(c.id)
    from core.credit c
    where c.kind = 'gift_card'
          and (list_gift_cards.hint is null
               or c.hint = upper(list_gift_cards.hint))
          and (list_gift_cards.active is null
               or c.active = list_gift_cards.active)
          and (list_gift_cards.cursor is null
               or c.id < (list_gift_cards.cursor ->> 0)::uuid)
    order by c.id desc
    limit list_gift_cards."limit"
$$;
