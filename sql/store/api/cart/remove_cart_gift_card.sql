-- Takes a gift card back: DELETE /carts/{id}/gift-cards/{gift_card_id}. One
-- that was not named is no error.
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch.
-- Locks: the cart, then levels that it held.

create or replace function api.remove_cart_gift_card(
        id uuid, gift_card_id uuid, expected_version bigint, principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(remove_cart_gift_card.id,
                                     remove_cart_gift_card.principal,
                                     remove_cart_gift_card.expected_version);
begin
    if remove_cart_gift_card.gift_card_id = any (old.gift_cards) then
        update core.cart c
        set gift_cards = array_remove(c.gift_cards,
                                      remove_cart_gift_card.gift_card_id)
        where c.id = old.id;
        old := core.cart_changed(old.id);
    end if;

    return query select * from core.cart_answer(old, 200);
end
$$;
