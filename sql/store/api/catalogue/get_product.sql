-- One product by id or slug: GET /products/{id}.
--
-- One probe of the primary key: the row holds its documents.  A slug costs a
-- probe of its index more; the planner runs that only when the id is no
-- number.  Drafts and archived products are there for catalog:write only.

create or replace function api.get_product(id text, principal jsonb)
    returns setof api.product
language sql stable as $$
    select p.id, p.slug, p.name, p.description, p.status,
           jsonb_build_object('amount', p.price_amount,
                              'currency', p.currency),
           p.availability, p.categories, p.attributes, p.variants, p.images,
           p.source, p.external_id, p.version, p.created_at, p.updated_at
    from core.product p
    where p.id = case when get_product.id ~ '^[0-9]{1,18}$'
                      then get_product.id::bigint
                      else (select s.id from core.product s
                            where s.slug = get_product.id) end
          and (p.status = 'active'
               or get_product.principal -> 'scopes' ? 'catalog:write')
$$;

grant select on core.product to store_api;
