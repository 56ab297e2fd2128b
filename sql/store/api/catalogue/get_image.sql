-- One image of a product: GET /products/{id}/images/{image_id}.

create or replace function api.get_image(id text, image_id bigint,
                                         principal jsonb)
    returns setof api.product_image
language sql stable as $$
    select i.id, i.product_id, i.url, i.alt, i.width, i.height, i.position,
           i.version, i.created_at, i.updated_at, null::int, null::text
    from core.product_image i
    join core.product p on p.id = i.product_id
    where i.id = get_image.image_id
          and i.product_id = core.product_id(get_image.id)
          and (p.status = 'active'
               or core.has_scope(get_image.principal, 'catalog:write'))
$$;

grant select on core.product, core.product_image to store_api;
