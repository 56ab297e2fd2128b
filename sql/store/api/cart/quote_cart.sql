-- What a cart would cost sent there, that way: POST /carts/{id}/quote, for its
-- owner. Changes nothing.
-- Raises: CM404 cart_not_found.

create or replace function api.quote_cart(id uuid, body jsonb,
                                          principal jsonb)
    returns table (_body jsonb)
language plpgsql stable security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    asked       jsonb := coalesce(quote_cart.body, '{}');
    found_cart  core.cart;
    s           core.price_sum;
begin
    select c.* into found_cart from core.cart c
    where c.id = quote_cart.id
          and core.cart_mine(c, quote_cart.principal);

    if found_cart.id is null then
        perform core.fail('cart_not_found', 404);
    end if;

    if asked ? 'destination' then
        found_cart.region := core.region_of(asked -> 'destination');
    end if;

    found_cart.shipping_method := coalesce(asked ->> 'shipping_method',
                                           found_cart.shipping_method);
    found_cart.currency := coalesce(asked ->> 'currency',
                                    found_cart.currency);
    s := core.cart_priced(found_cart);

    return query
    select core.price_members(s, true) || core.cart_paying(found_cart, s)
           || jsonb_build_object(
               'shipping_options', core.price_options(s),
               'problems', core.price_problems(s)
                           || core.cart_problems(found_cart, s)
                           || core.cart_paying_problems(found_cart));
end
$$;
