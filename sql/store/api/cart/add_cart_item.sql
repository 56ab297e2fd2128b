-- Adds goods to a cart; of what is in it already, more:
-- POST /carts/{id}/items.
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch,
--   CM422 unknown_item, CM422 cart_full.
-- Locks: the cart, then levels that it held.

create or replace function api.add_cart_item(id uuid, body jsonb,
                                             expected_version bigint,
                                             principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(add_cart_item.id,
                                     add_cart_item.principal,
                                     add_cart_item.expected_version);
begin
    perform core.cart_add(old, jsonb_build_array(add_cart_item.body));

    old := core.cart_changed(old.id);

    return query select * from core.cart_answer(old, 200);
end
$$;
