-- Takes a coupon back: DELETE /carts/{id}/coupons/{code}. One that was not
-- named is no error.
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch.
-- Locks: the cart, then levels that it held.

create or replace function api.remove_cart_coupon(id uuid, code text,
                                                  expected_version bigint,
                                                  principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(remove_cart_coupon.id,
                                     remove_cart_coupon.principal,
                                     remove_cart_coupon.expected_version);
begin
    if upper(remove_cart_coupon.code) = any (old.coupons) then
        update core.cart c
        set coupons = array_remove(c.coupons,
                                   upper(remove_cart_coupon.code))
        where c.id = old.id;
        old := core.cart_changed(old.id);
    end if;

    return query select * from core.cart_answer(old, 200);
end
$$;
