-- Names a gift card that is to pay for a cart: POST /carts/{id}/gift-cards. One
-- that gives nothing is refused; whether a code does not exist or its card is
-- blocked is one answer.
--
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch,
--   CM422 gift_card_unknown, CM409 gift_card_unusable, CM422
--   currency_mismatch, CM409 too_many_gift_cards.
-- Locks: the cart, then levels that it held.

create or replace function api.add_cart_gift_card(
        id uuid, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old   core.cart := core.cart_take(add_cart_gift_card.id,
                                      add_cart_gift_card.principal,
                                      add_cart_gift_card.expected_version);
    card  core.credit;
begin
    select * into card from core.credit c
    where c.code_hash = core.credit_code_hash(
                            add_cart_gift_card.body ->> 'code')
          and c.active;

    if not found then
        perform core.fail_at('gift_card_unknown', 422, '/code');
    elsif not core.credit_usable(card) then
        perform core.fail('gift_card_unusable', 409, jsonb_build_object(
            'balance', core.money(card.balance, card.currency),
            'expires_at', core.rfc3339(card.expires_at)));
    elsif card.currency <> (core.cart_priced(old)).currency then
        perform core.fail_at('currency_mismatch', 422, '/code');
    end if;

    if card.id <> all (old.gift_cards) then
        if cardinality(old.gift_cards) >= 5 then
            perform core.fail('too_many_gift_cards', 409);
        end if;

        update core.cart c set gift_cards = c.gift_cards || card.id
        where c.id = old.id;
        old := core.cart_changed(old.id);
    end if;

    return query select * from core.cart_answer(old, 200);
end
$$;
