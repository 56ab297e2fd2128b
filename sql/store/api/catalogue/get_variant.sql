-- One variant: GET /products/{id}/variants/{variant_id}.

create or replace function api.get_variant(id text, variant_id bigint,
                                           principal jsonb)
    returns setof api.variant
language sql stable as $$
    select v.id, v.product_id, v.sku, v.name, v.options,
           core.money(v.price_amount, v.currency), v.tax_class,
           v.weight_grams, v.position, v.active, v.availability, v.version,
           v.created_at, v.updated_at, null::int, null::text
    from core.variant v
    join core.product p on p.id = v.product_id
    where v.id = get_variant.variant_id
          and v.product_id = core.product_id(get_variant.id)
          and (p.status = 'active' and v.active
               or core.has_scope(get_variant.principal, 'catalog:write'))
$$;

grant select on core.product, core.variant to store_api;
