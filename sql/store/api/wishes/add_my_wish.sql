-- Wishes for a product: PUT /me/wishlist/{product_id}, for shop. One that is
-- wished for already stays where it is.
-- Raises: CM404 product_not_found, CM409 wishlist_full.
-- Locks: the caller's list.

create or replace function api.add_my_wish(product_id bigint,
                                           principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    most  constant int := 500;
    who   uuid := (add_my_wish.principal ->> 'sub')::uuid;
begin
    if not exists (select from core.product p
                   where p.id = add_my_wish.product_id
                         and p.status = 'active')
    then
        perform core.fail('product_not_found', 404);
    end if;

    perform pg_advisory_xact_lock(hashtextextended(who::text, 300));

    if (select count(*) from core.wish w
        where w.customer_id = who
              and w.product_id <> add_my_wish.product_id) >= most
    then
        perform core.fail('wishlist_full', 409);
    end if;

    insert into core.wish (customer_id, product_id)
    values (who, add_my_wish.product_id)
    on conflict on constraint wish_pkey do nothing;
end
$$;
