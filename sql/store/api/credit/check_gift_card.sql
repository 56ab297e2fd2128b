-- What is on the gift card with this code: POST /gift-cards/check, for
-- everybody, seldom. One that is blocked looks as one that there is not.
-- Raises: CM404 gift_card_not_found.

create or replace function api.check_gift_card(body jsonb)
    returns table (hint text, balance jsonb, expires_at timestamptz,
                   usable boolean)
language plpgsql stable security definer
    set search_path = core, pg_temp as $$
begin
    return query
    select c.hint, core.money(c.balance, c.currency), c.expires_at,
           core.credit_usable(c)
    from core.credit c
    where c.code_hash = core.credit_code_hash(check_gift_card.body ->> 'code')
          and c.active;

    if not found then
        perform core.fail('gift_card_not_found', 404);
    end if;
end
$$;
