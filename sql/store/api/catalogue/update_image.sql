-- Changes what the body names: PATCH /products/{id}/images/{image_id}.
--
-- Raises: CM404 product_not_found, image_not_found; CM412 version_mismatch.
-- Locks: the product, then the image.

create or replace function api.update_image(id text, image_id bigint,
                                            body jsonb, principal jsonb,
                                            expected_version bigint)
    returns setof api.product_image
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(update_image.id, null);
    old     core.product_image := core.lock_image(product.id,
                                      update_image.image_id,
                                      update_image.expected_version);
    patch   jsonb := update_image.body;
begin
    update core.product_image i
    set url = coalesce(patch ->> 'url', i.url),
        alt = case when patch ? 'alt' then coalesce(patch ->> 'alt', '')
              else i.alt end,
        width = case when patch ? 'width' then (patch ->> 'width')::int
                else i.width end,
        height = case when patch ? 'height' then (patch ->> 'height')::int
                 else i.height end,
        position = coalesce((patch ->> 'position')::int, i.position)
    where i.id = old.id;

    return query
    select * from api.get_image(product.id::text, old.id,
                                update_image.principal);
end
$$;
