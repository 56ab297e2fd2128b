-- The caller's wishes, the latest first: GET /me/wishlist, for shop. Products
-- that are not sold now are left out, and are there again when they are.

create or replace function api.list_my_wishes(
        "limit" int, cursor jsonb, principal jsonb)
    returns table (product_id bigint, added_at timestamptz, product jsonb,
                   _cursor jsonb)
language sql stable as $$
    select w.product_id, w.added_at, jsonb_build_object(
               'id', p.id, 'slug', p.slug, 'name', p.name,
               'price', core.money(p.price_amount, p.currency),
               'availability', p.availability, 'images', p.images),
           jsonb_build_array(w.added_at, w.product_id)
    from core.wish w
    join core.product p on p.id = w.product_id and p.status = 'active'
    where w.customer_id = (list_my_wishes.principal ->> 'sub')::uuid
          and (list_my_wishes.cursor is null
               or (w.added_at, w.product_id)
                  < ((list_my_wishes.cursor ->> 0)::timestamptz,
                     (list_my_wishes.cursor ->> 1)::bigint))
    order by w.added_at desc, w.product_id desc
    limit list_my_wishes."limit"
$$;

grant select on core.wish, core.product to store_api;
