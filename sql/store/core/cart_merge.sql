-- What a guest put into his cart becomes the customer's that he turns out to
-- be. Nothing is lost: quantities of the same goods add up. Answers the
-- customer's cart. A cart that there is not, or that is another's, brings
-- nothing and is no error.
--
-- Locks: the guest's cart, then the customer's: another cart of the customer's
-- is never merged, so that nobody takes them the other way round.

create or replace function core.cart_merge(guest uuid, customer uuid)
    returns core.cart
language plpgsql as $$
declare
    old   core.cart;
    mine  core.cart;
begin
    select c.* into old from core.cart c
    where c.id = guest and c.status = 'open' and c.customer_id is null
    for no key update;

    if found and not exists (
           select from core.cart c
           where c.customer_id = customer and c.status = 'open')
    then
        begin
            update core.cart c set customer_id = customer
            where c.id = guest;
            return core.cart_changed(guest);
        exception when unique_violation then
            null;           -- he has just got one elsewhere
        end;
    end if;

    mine := (core.cart_of(customer)).cart;

    if old.id is null then
        return mine;
    end if;

    if old.held_until is not null then
        perform core.carts_release(array[old.id]);
    end if;

    insert into core.cart_item as t
           (cart_id, variant_id, quantity, unit_price, currency, added_at)
    select mine.id, g.variant_id, g.quantity, g.unit_price, g.currency,
           g.added_at
    from core.cart_item g
    where g.cart_id = old.id
    on conflict (cart_id, variant_id) do update
    set quantity = least(t.quantity + excluded.quantity, 1000000);

    update core.cart c
    set coupons = (select coalesce(array_agg(x.code order by x.n), '{}')
                   from (select u.code, min(u.n) as n
                         from unnest(c.coupons || old.coupons)
                              with ordinality u(code, n)
                         group by u.code order by 2 limit 5) x),
        gift_cards = (select coalesce(array_agg(x.id order by x.n), '{}')
                      from (select u.id, min(u.n) as n
                            from unnest(c.gift_cards || old.gift_cards)
                                 with ordinality u(id, n)
                            group by u.id order by 2 limit 5) x),
        currency = coalesce(c.currency, old.currency),
        region = coalesce(c.region, old.region),
        shipping_method = coalesce(c.shipping_method, old.shipping_method)
    where c.id = mine.id;

    update core.cart c
    set status = 'merged', merged_into = mine.id, held_until = null,
        version = c.version + 1, updated_at = now()
    where c.id = old.id;

    return core.cart_changed(mine.id);
end
$$;
