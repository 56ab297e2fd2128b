-- Throws a cart away, with what it holds: DELETE /carts/{id}.
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch.
-- Locks: the cart, then levels that it held.

create or replace function api.delete_cart(id uuid, expected_version bigint,
                                           principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(delete_cart.id, delete_cart.principal,
                                     delete_cart.expected_version);
begin
    if old.held_until is not null then
        perform core.carts_release(array[old.id]);
    end if;

    delete from core.cart c where c.id = old.id;
end
$$;
