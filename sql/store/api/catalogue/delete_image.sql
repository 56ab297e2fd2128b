-- Takes an image off a product: DELETE /products/{id}/images/{image_id}.
--
-- Raises: CM404 product_not_found, image_not_found; CM412 version_mismatch.
-- Locks: the product, then the image.

create or replace function api.delete_image(id text, image_id bigint,
                                            principal jsonb,
                                            expected_version bigint)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(delete_image.id, null);
    old     core.product_image := core.lock_image(product.id,
                                      delete_image.image_id,
                                      delete_image.expected_version);
begin
    delete from core.product_image i where i.id = old.id;
end
$$;
