-- The ways to send a cart: GET /carts/{id}/shipping-options, for its owner.
-- destination's members ask about another place than the cart's.
-- Raises: CM404 cart_not_found.

create or replace function api.list_cart_shipping_options(
        id uuid, country text, state text, postal_code text, principal jsonb)
    returns table (_body jsonb)
language plpgsql stable security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    found_cart  core.cart;
begin
    select c.* into found_cart from core.cart c
    where c.id = list_cart_shipping_options.id
          and core.cart_mine(c, list_cart_shipping_options.principal);

    if found_cart.id is null then
        perform core.fail('cart_not_found', 404);
    end if;

    if coalesce(country, state, postal_code) is not null then
        found_cart.region := core.region_of(jsonb_build_object(
            'country', country, 'state', state, 'postal_code', postal_code));
    end if;

    return query
    select jsonb_build_object(
        'region', coalesce(found_cart.region, 'BR'),
        'data', core.price_options(core.cart_priced(found_cart)));
end
$$;
