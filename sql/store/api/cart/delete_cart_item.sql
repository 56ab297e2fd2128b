-- Takes a variant out of a cart: DELETE /carts/{id}/items/{variant_id}.
-- Raises: CM404 cart_not_found, CM404 item_not_found, CM409 cart_closed,
--   CM412 version_mismatch.
-- Locks: the cart, then levels that it held.

create or replace function api.delete_cart_item(id uuid, variant_id bigint,
                                                expected_version bigint,
                                                principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old  core.cart := core.cart_take(delete_cart_item.id,
                                     delete_cart_item.principal,
                                     delete_cart_item.expected_version);
begin
    delete from core.cart_item t
    where t.cart_id = old.id
          and t.variant_id = delete_cart_item.variant_id;

    if not found then
        perform core.fail('item_not_found', 404);
    end if;

    old := core.cart_changed(old.id);

    return query select * from core.cart_answer(old, 200);
end
$$;
