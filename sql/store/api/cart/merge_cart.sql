-- After login: what is in a guest's cart becomes the caller's, and the answer
-- is the caller's cart: POST /carts/{id}/merge, for shop. A cart that there is
-- not, or that is not a guest's any more, brings nothing: nobody fails to log
-- in because of a cart, and asking again changes nothing.
--
-- Locks: both carts, then levels that they held.

create or replace function api.merge_cart(id uuid, principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    mine  core.cart := core.cart_merge(merge_cart.id,
                           (merge_cart.principal ->> 'sub')::uuid);
begin
    return query select * from core.cart_answer(mine, 200);
end
$$;
