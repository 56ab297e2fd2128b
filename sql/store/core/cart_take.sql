-- Carts found and locked for a change.
--
-- Raises: CM404 cart_not_found (also for other people's), CM412
--   version_mismatch, CM409 cart_closed with the order that it became.
-- Locks: the cart; before stock levels.

create or replace function core.cart_take(id uuid, principal jsonb,
                                          expected_version bigint)
    returns core.cart
language plpgsql as $$
declare
    found_cart  core.cart;
begin
    select c.* into found_cart from core.cart c
    where c.id = cart_take.id
          and core.cart_mine(c, cart_take.principal)
    for no key update;

    if found_cart.id is null then
        perform core.fail('cart_not_found', 404);
    elsif found_cart.status = 'ordered' then
        perform core.fail('cart_closed', 409, jsonb_build_object(
            'order_id', found_cart.order_id));
    end if;

    perform core.check_version(found_cart.version,
                               cart_take.expected_version);
    return found_cart;
end
$$;


-- Whether a cart is one that the caller may see. One that was merged is gone.
create or replace function core.cart_mine(cart core.cart, principal jsonb)
    returns boolean
language sql immutable as $$
    select cart.status <> 'merged'
           and (cart.customer_id is null
                or cart.customer_id::text is not distinct from
                   principal ->> 'sub')
$$;


-- The open cart of a customer, made when there is none; locked. fresh: it was
-- made.
create or replace function core.cart_of(customer uuid, out cart core.cart,
                                        out fresh boolean)
language plpgsql as $$
begin
    insert into core.cart as c (customer_id) values (customer)
    on conflict (customer_id)
        where status = 'open' and customer_id is not null
    do nothing
    returning c.* into cart;

    fresh := found;

    if not fresh then
        select c.* into strict cart from core.cart c
        where c.customer_id = customer and c.status = 'open'
        for no key update;
    end if;
end
$$;


-- A changed cart: its next version. What it held goes back, since it was held
-- for other goods.
create or replace function core.cart_changed(id uuid) returns core.cart
language plpgsql as $$
declare
    made  core.cart;
begin
    update core.cart c
    set version = c.version + 1, updated_at = now()
    where c.id = cart_changed.id
    returning c.* into strict made;

    if made.held_until is not null then
        perform core.carts_release(array[made.id]);
        made.held_until := null;
    end if;

    return made;
end
$$;
