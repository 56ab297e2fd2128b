-- Small documents of the catalogue and what names things in it.


create or replace function core.product_id(id text) returns bigint
language sql stable as $$
    select case when product_id.id ~ '^[0-9]{1,18}$'
                then product_id.id::bigint
                else (select s.id from core.product s
                      where s.slug = product_id.id) end
$$;


create or replace function core.variant_json(v core.variant) returns jsonb
language sql stable as $$
    select jsonb_build_object(
               'id', v.id, 'product_id', v.product_id, 'sku', v.sku,
               'name', v.name, 'options', v.options,
               'price', core.money(v.price_amount, v.currency),
               'tax_class', v.tax_class, 'weight_grams', v.weight_grams,
               'position', v.position, 'active', v.active,
               'availability', v.availability, 'version', v.version,
               'created_at', core.rfc3339(v.created_at),
               'updated_at', core.rfc3339(v.updated_at))
$$;


create or replace function core.image_json(i core.product_image)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
               'id', i.id, 'product_id', i.product_id, 'url', i.url,
               'alt', i.alt, 'width', i.width, 'height', i.height,
               'position', i.position, 'version', i.version,
               'created_at', core.rfc3339(i.created_at),
               'updated_at', core.rfc3339(i.updated_at))
$$;


-- The branches below a category (null: all of them), in order.

create or replace function core.category_branches(parent_id bigint)
    returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'id', c.id, 'slug', c.slug, 'name', c.name,
               'parent_id', c.parent_id, 'position', c.position,
               'version', c.version,
               'children', core.category_branches(c.id))
               order by c.position, c.name, c.id), '[]')
    from core.category c
    where c.parent_id is not distinct from category_branches.parent_id
$$;
