-- Deletes a variant that was never sold and is not in stock: DELETE
-- /products/{id}/variants/{variant_id}.  Others can be made inactive.
--
-- Raises: CM404 product_not_found, variant_not_found; CM412
--   version_mismatch; CM409 last_variant, variant_has_sales,
--   variant_has_stock.
-- Locks: its stock levels, the product, then the variant.

create or replace function api.delete_variant(id text, variant_id bigint,
                                              principal jsonb,
                                              expected_version bigint)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    held    core.stock_supply[] := core.stock_lock(
                core.variants_of(delete_variant.id,
                                 delete_variant.variant_id), null);
    product core.product := core.lock_product(delete_variant.id, null);
    old     core.variant := core.lock_variant(product.id,
                                              delete_variant.variant_id,
                                              delete_variant.expected_version);
begin
    if not exists (select from core.variant v
                   where v.product_id = product.id and v.id <> old.id)
    then
        perform core.fail('last_variant', 409);
    end if;

    perform from core.variant v where v.id = old.id for update;
    perform core.refuse_used_variants(array[old.id], 'variant');

    delete from core.stock_level s where s.variant_id = old.id;
    delete from core.variant v where v.id = old.id;
end
$$;
