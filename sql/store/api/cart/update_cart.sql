-- Says where a cart goes, how, in which currency, and whether the buyer's store
-- credit pays for it: PATCH /carts/{id}. Null takes it back.
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch,
--   CM422 store_credit_needs_account.
-- Locks: the cart, then levels that it held.

create or replace function api.update_cart(id uuid, body jsonb,
                                           expected_version bigint,
                                           principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    patch  jsonb := update_cart.body;
    old    core.cart := core.cart_take(update_cart.id, update_cart.principal,
                                       update_cart.expected_version);
begin
    if (patch ->> 'store_credit')::boolean and old.customer_id is null then
        perform core.fail_at('store_credit_needs_account', 422,
                             '/store_credit');
    end if;

    update core.cart c
    set currency = case when patch ? 'currency' then patch ->> 'currency'
                   else c.currency end,
        region = case when not patch ? 'destination' then c.region
                      when jsonb_typeof(patch -> 'destination') = 'null'
                      then null
                      else core.region_of(patch -> 'destination') end,
        shipping_method = case when patch ? 'shipping_method'
                          then patch ->> 'shipping_method'
                          else c.shipping_method end,
        store_credit = coalesce((patch ->> 'store_credit')::boolean,
                                c.store_credit)
    where c.id = old.id;

    old := core.cart_changed(old.id);

    return query select * from core.cart_answer(old, 200);
end
$$;
