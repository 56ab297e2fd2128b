-- The page of a product as HTML: GET /produto/{id}.
--
-- Its name, price, description and links can be read without a script; search
-- engines find schema.org's Product; the storefront takes the product itself
-- from the data island and needs no first request. A product that is not there
-- is the page that says so, with 404.

create or replace function api.page_product(id text, language text)
    returns table (_status int, _body text)
language sql stable as $$
    select 200,
           core.page(p.name || ' · Ipê',
                     coalesce(nullif(regexp_replace(p.description, '\s+', ' ',
                                                    'g'), ''), p.name),
                     '/produto/' || p.slug,
                     '<meta property="og:title" content="' || core.html(p.name)
                     || '" /><meta property="og:type" content="product" />'
                     || core.page_screen('product')
                     || core.page_ld(core.page_product_data(p))
                     || core.page_first(jsonb_build_array(jsonb_build_object(
                            'key', jsonb_build_array('product',
                                                     page_product.id),
                            'data', (select to_jsonb(g) from
                                     api.get_product(p.id::text, null) g)))),
                     core.page_frame(
                         core.page_product_text(p, page_product.language),
                         page_product.language),
                     page_product.language)
      from core.product p
     where p.id = core.product_id(page_product.id) and p.status = 'active'
    union all
    select 404, core.page_none(page_product.language)
     where not exists (select from core.product p
                       where p.id = core.product_id(page_product.id)
                             and p.status = 'active')
$$;

grant select on core.product to store_api;
