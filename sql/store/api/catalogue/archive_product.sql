-- Takes a product out of the shop and keeps its history: POST
-- /products/{id}/archive.  PATCH status brings it back.
--
-- Raises: CM404 product_not_found, CM412 version_mismatch.

create or replace function api.archive_product(id text, principal jsonb,
                                               expected_version bigint)
    returns setof api.product
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    old core.product := core.lock_product(archive_product.id,
                                          archive_product.expected_version);
begin
    update core.product p set status = 'archived' where p.id = old.id;

    return query select * from api.get_product(old.id::text,
                                               archive_product.principal);
end
$$;
