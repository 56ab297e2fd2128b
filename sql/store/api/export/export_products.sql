-- A piece of the catalogue as CSV: GET /admin/exports/products. The columns
-- are those of an import, so that what is exported imports as unchanged;
-- import_variant_id is the place in the list, which an import ignores.

create or replace function api.export_products(after bigint, rows int,
                                               separator text,
                                               principal jsonb)
    returns table (_body text)
language sql stable as $$
    with piece as materialized (
        select v.id, v.sku, v.name, v.options, v.price_amount, v.currency,
               v.tax_class, v.weight_grams, v.active, p.slug,
               p.name as title, p.description, p.status, p.attributes,
               s.on_hand, c.paths
        from (select * from core.variant w
              where w.id > export_products.after
              order by w.id
              limit export_products.rows) v
        join core.product p on p.id = v.product_id
        left join core.stock_level s
               on s.variant_id = v.id and s.location_id = 1
        cross join lateral (
            select string_agg(l.path, '|' order by l.path)
            from core.product_category pc
            join core.category k on k.id = pc.category_id
            cross join lateral (
                select string_agg(a.name, ' > ' order by u.n)
                from unnest(k.path) with ordinality u (id, n)
                join core.category a on a.id = u.id) l (path)
            where pc.product_id = p.id) c (paths)
    ),
    attrs as (
        select coalesce(array_agg(distinct key order by key), '{}') as names
        from piece, jsonb_object_keys(piece.attributes) key
    ),
    opts as (
        select coalesce(array_agg(distinct key order by key), '{}') as names
        from piece, jsonb_object_keys(piece.options) key
    )
    select core.csv_line(array['import_variant_id', 'sku', 'product', 'name',
               'description', 'price', 'currency', 'category', 'stock',
               'status', 'variant', 'tax_class', 'weight', 'active']
               || array(select 'attr:' || n from unnest(attrs.names) n)
               || array(select 'option:' || n from unnest(opts.names) n),
               export_products.separator)
           || coalesce((
               select string_agg(core.csv_line(array[piece.id::text,
                   piece.sku, piece.slug, piece.title, piece.description,
                   to_char(piece.price_amount / 100.0, 'FM999999999999990.00'),
                   piece.currency, piece.paths, piece.on_hand::text,
                   piece.status, piece.name, piece.tax_class,
                   piece.weight_grams::text,
                   case when piece.active then 'yes' else 'no' end]
                   || array(select core.import_attribute_cell(
                                       piece.attributes -> n)
                            from unnest(attrs.names) n)
                   || array(select core.import_attribute_cell(
                                       piece.options -> n)
                            from unnest(opts.names) n),
                   export_products.separator), '' order by piece.id)
               from piece), '')
    from attrs, opts
$$;

grant select on core.variant, core.product, core.stock_level,
                core.product_category, core.category to store_api;
