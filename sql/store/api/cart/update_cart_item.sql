-- Sets how many of a variant are in a cart; the buyer has seen its price:
-- PATCH /carts/{id}/items/{variant_id}.
-- Raises: CM404 cart_not_found, CM404 item_not_found, CM409 cart_closed,
--   CM412 version_mismatch.
-- Locks: the cart, then levels that it held.

create or replace function api.update_cart_item(id uuid, variant_id bigint,
                                                body jsonb,
                                                expected_version bigint,
                                                principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    old    core.cart := core.cart_take(update_cart_item.id,
                                       update_cart_item.principal,
                                       update_cart_item.expected_version);
    asked  int := (update_cart_item.body ->> 'quantity')::int;
    shown  record;
begin
    select p.* into shown
    from core.price_shown(update_cart_item.variant_id, old.currency,
                          asked) p;

    update core.cart_item t
    set quantity = asked, unit_price = shown.amount,
        currency = shown.currency
    where t.cart_id = old.id
          and t.variant_id = update_cart_item.variant_id;

    if not found then
        perform core.fail('item_not_found', 404);
    end if;

    old := core.cart_changed(old.id);

    return query select * from core.cart_answer(old, 200);
end
$$;
