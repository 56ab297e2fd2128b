-- A cart: POST /carts, for everybody. A guest gets a new one, whose id is his
-- key to it; a customer gets the one that he has (200) or his first (201).
-- Goods of the request are added.
--
-- Raises: CM422 unknown_item, CM422 cart_full.
-- Locks: the customer's cart.

create or replace function api.create_cart(body jsonb, principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    asked     jsonb := coalesce(create_cart.body, '{}');
    customer  uuid := (create_cart.principal ->> 'sub')::uuid;
    made      core.cart;
    his       record;
    fresh     boolean := true;
begin
    if customer is null then
        insert into core.cart default values returning * into made;
    else
        select o.* into his from core.cart_of(customer) o;
        made := his.cart;
        fresh := his.fresh;
    end if;

    if asked ? 'currency' or asked ? 'destination' then
        update core.cart c
        set currency = coalesce(asked ->> 'currency', c.currency),
            region = case when asked ? 'destination'
                     then core.region_of(asked -> 'destination')
                     else c.region end
        where c.id = made.id
        returning c.* into made;
    end if;

    if asked ? 'items' then
        perform core.cart_add(made, asked -> 'items');
    end if;

    if not fresh and asked <> '{}' then
        made := core.cart_changed(made.id);
    end if;

    return query
    select * from core.cart_answer(made, case when fresh then 201
                                         else 200 end);
end
$$;
