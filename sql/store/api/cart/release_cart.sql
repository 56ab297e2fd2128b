-- Gives back what a cart holds: DELETE /carts/{id}/reserve, for its owner.
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch.
-- Locks: the cart, then the levels.

create or replace function api.release_cart(id uuid, expected_version bigint,
                                            principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(release_cart.id, release_cart.principal,
                                     release_cart.expected_version);
begin
    if old.held_until is not null then
        perform core.carts_release(array[old.id]);
        old.held_until := null;
    end if;

    return query select * from core.cart_answer(old, 200);
end
$$;
