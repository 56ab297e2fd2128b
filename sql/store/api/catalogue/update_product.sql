-- Changes what the body names: PATCH /products/{id}, RFC 7396.
--
-- attributes are merged, null removes one; lists (category_ids, images,
-- variants, related_ids) are replaced.  Variants that a list leaves out are
-- deleted, or taken out of sale when they were ever stocked.  A price for the
-- product is the price of all its variants.
--
-- Raises: CM404 product_not_found, CM412 version_mismatch, CM428
--   if_match_required (a price or variants without If-Match), what
--   create_product raises, CM409 sku_is_per_variant, price_is_per_variant.
-- Locks: the product, then its variants.

create or replace function api.update_product(id text, body jsonb,
                                              principal jsonb,
                                              expected_version bigint)
    returns setof api.product
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    old core.product := core.lock_product(update_product.id,
                                          update_product.expected_version);
begin
    perform core.change_product(old, update_product.body,
                                update_product.expected_version,
                                (update_product.principal ->> 'sub')::uuid);

    return query select * from api.get_product(old.id::text,
                                               update_product.principal);
end
$$;
