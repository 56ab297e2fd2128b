-- The catalogue as a file: GET /admin/exports/products.

create or replace function api.export_products(separator text,
                                               principal jsonb)
    returns table (_filename text, _stream text)
language sql stable as $$
    select 'products.csv', format('select * from core.export_products(%L)',
                                  export_products.separator)
$$;

grant select on core.variant, core.product, core.stock_level,
                core.product_category, core.category to store_api;
