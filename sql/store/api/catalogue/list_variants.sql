-- All variants of a product: GET /products/{id}/variants.  Staff see those out
-- of sale, too.

create or replace function api.list_variants(id text, principal jsonb)
    returns table (data jsonb)
language sql stable as $$
    select coalesce((
               select jsonb_agg(core.variant_json(v) order by v.position, v.id)
               from core.variant v
               where v.product_id = p.id
                     and (v.active or core.has_scope(list_variants.principal,
                                                     'catalog:write'))),
               '[]')
    from core.product p
    where p.id = core.product_id(list_variants.id)
          and (p.status = 'active'
               or core.has_scope(list_variants.principal, 'catalog:write'))
$$;

grant select on core.product, core.variant to store_api;
