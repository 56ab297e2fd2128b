-- A new product: POST /products.
--
-- sku and price make its first variant, variants make more; categories,
-- images and the first stock come with it, all in one transaction.
--
-- Raises: CM422 validation_failed, unknown_category, unknown_product,
--   unknown_location, currency_mismatch, unknown_variant; CM409 sku_taken,
--   slug_taken, external_id_taken.

create or replace function api.create_product(body jsonb, principal jsonb)
    returns setof api.product_saved
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    items jsonb := jsonb_build_array(jsonb_build_object(
                       'n', 0, 'at', '', 'id', null,
                       'set', create_product.body));
    made  bigint;
begin
    perform core.refuse_products(items);

    select s.id into made
    from core.save_products(items,
                            (create_product.principal ->> 'sub')::uuid) s;

    return query
    select p.*, 201, '/api/v1/products/' || p.id
    from api.get_product(made::text, create_product.principal) p;
end
$$;
