-- The images of a product in order: GET /products/{id}/images.

create or replace function api.list_images(id text, principal jsonb)
    returns table (data jsonb)
language sql stable as $$
    select coalesce((
               select jsonb_agg(core.image_json(i) order by i.position, i.id)
               from core.product_image i
               where i.product_id = p.id), '[]')
    from core.product p
    where p.id = core.product_id(list_images.id)
          and (p.status = 'active'
               or core.has_scope(list_images.principal, 'catalog:write'))
$$;

grant select on core.product, core.product_image to store_api;
