-- A cart, priced now: GET /carts/{id}, for its owner. A guest's cart has none
-- but whoever knows its id.
-- Raises: CM404 cart_not_found.

create or replace function api.get_cart(id uuid, principal jsonb)
    returns setof api.cart
language plpgsql stable security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    found_cart  core.cart;
begin
    select c.* into found_cart from core.cart c
    where c.id = get_cart.id and core.cart_mine(c, get_cart.principal);

    if found_cart.id is null then
        perform core.fail('cart_not_found', 404);
    end if;

    return query select * from core.cart_answer(found_cart, 200);
end
$$;
