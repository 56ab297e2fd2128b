-- Deletes a product that was never sold and is not in stock: DELETE
-- /products/{id}.  Others can be archived.
--
-- Raises: CM404 product_not_found, CM412 version_mismatch, CM409
--   product_has_sales, product_has_stock.
-- Locks: its stock levels, then the product for update, so that nobody adds to
--   it meanwhile.

create or replace function api.delete_product(id text, principal jsonb,
                                              expected_version bigint)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    held core.stock_supply[] := core.stock_lock(
             core.variants_of(delete_product.id, null), null);
    old  core.product := core.lock_product(delete_product.id,
                                           delete_product.expected_version);
    mine bigint[];
begin
    perform from core.product p where p.id = old.id for update;

    mine := array(select v.id from core.variant v
                  where v.product_id = old.id
                  order by v.id for update);

    perform core.refuse_used_variants(mine, 'product');

    delete from core.stock_level s where s.variant_id = any (mine);
    delete from core.product p where p.id = old.id;
end
$$;
