-- A further image by its address: POST /products/{id}/images.
--
-- Raises: CM404 product_not_found.
-- Locks: the product.

create or replace function api.create_image(id text, body jsonb,
                                            principal jsonb)
    returns setof api.product_image
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(create_image.id, null);
    made    bigint;
begin
    insert into core.product_image (product_id, url, alt, width, height,
                                    position)
    select product.id, b.url, coalesce(b.alt, ''), b.width, b.height,
           coalesce(b.position, (select coalesce(max(i.position) + 1, 0)
                                 from core.product_image i
                                 where i.product_id = product.id))
    from jsonb_to_record(create_image.body)
             b (url text, alt text, width int, height int, position int)
    returning product_image.id into made;

    return query
    select i.id, i.product_id, i.url, i.alt, i.width, i.height, i.position,
           i.version, i.created_at, i.updated_at, 201,
           '/api/v1/products/' || i.product_id || '/images/' || i.id
    from api.get_image(product.id::text, made, create_image.principal) i;
end
$$;
