-- Changes what the body names: PATCH /products/{id}/variants/{variant_id}.
-- options are merged.
--
-- Raises: CM404 product_not_found, variant_not_found; CM412
--   version_mismatch; CM428 if_match_required (another price without
--   If-Match); CM409 sku_taken; CM422 currency_mismatch.
-- Locks: the product, then the variant.

create or replace function api.update_variant(id text, variant_id bigint,
                                              body jsonb, principal jsonb,
                                              expected_version bigint)
    returns setof api.variant
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(update_variant.id, null);
    old     core.variant := core.lock_variant(product.id,
                                              update_variant.variant_id,
                                              update_variant.expected_version);
begin
    perform core.change_variant(product, old, update_variant.body,
                                update_variant.expected_version);

    return query
    select * from api.get_variant(product.id::text, old.id,
                                  update_variant.principal);
end
$$;
