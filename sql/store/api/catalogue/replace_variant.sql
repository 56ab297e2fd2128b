-- Puts a variant in the place of another: PUT
-- /products/{id}/variants/{variant_id}.  What the body leaves out takes its
-- default, position stays.
--
-- Raises and locks: as update_variant.

create or replace function api.replace_variant(id text, variant_id bigint,
                                               body jsonb, principal jsonb,
                                               expected_version bigint)
    returns setof api.variant
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(replace_variant.id, null);
    old     core.variant := core.lock_variant(product.id,
                                              replace_variant.variant_id,
                                              replace_variant.expected_version);
    empty   jsonb := '{"name": "", "options": {}, "tax_class": "standard",
                       "weight_grams": 0, "active": true}';
begin
    old.options := '{}';

    perform core.change_variant(product, old, empty || replace_variant.body,
                                replace_variant.expected_version);

    return query
    select * from api.get_variant(product.id::text, old.id,
                                  replace_variant.principal);
end
$$;
