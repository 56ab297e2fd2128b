-- Puts a product in the place of another: PUT /products/{id}.
--
-- description, attributes and categories that the body leaves out become
-- empty.  What has resources of its own (variants, images) or is no property
-- of the goods (slug, status, source, external_id) stays when left out.
--
-- Raises and locks: as update_product.

create or replace function api.replace_product(id text, body jsonb,
                                               principal jsonb,
                                               expected_version bigint)
    returns setof api.product
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    old   core.product := core.lock_product(replace_product.id,
                                            replace_product.expected_version);
    empty jsonb := '{"description": "", "attributes": {},
                     "category_ids": []}';
begin
    old.attributes := '{}';

    perform core.change_product(old, empty || replace_product.body,
                                replace_product.expected_version,
                                (replace_product.principal ->> 'sub')::uuid);

    return query select * from api.get_product(old.id::text,
                                               replace_product.principal);
end
$$;
