-- Holds the goods of a cart while its buyer pays, for the minutes of the
-- setting cart.reserve_minutes; again: for as long anew.
-- POST /carts/{id}/reserve, for its owner.
--
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch,
--   CM409 insufficient_stock with the lines, CM409 reservation_off,
--   CM409 cart_empty.
-- Locks: the cart, then stock levels in key order, then products of those that
--   cross a threshold.

create or replace function api.reserve_cart(id uuid, expected_version bigint,
                                            principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(reserve_cart.id, reserve_cart.principal,
                                     reserve_cart.expected_version);
begin
    if not exists (select from core.cart_item t where t.cart_id = old.id) then
        perform core.fail('cart_empty', 409);
    end if;

    old.held_until := core.cart_hold(old);

    return query select * from core.cart_answer(old, 200);
end
$$;
