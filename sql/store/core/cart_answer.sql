-- What an operation on a cart answers (api.cart).

create or replace function core.cart_answer(cart core.cart, status int)
    returns table (body jsonb, version bigint, status int, location text)
language sql stable as $$
    select core.cart_shown(cart), cart.version, cart_answer.status,
           case cart_answer.status when 201
                then '/api/v1/carts/' || cart.id end
$$;
