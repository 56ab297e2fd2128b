-- The page of a product as HTML: GET /produto/{id}.
--
-- Its name, price, description and links can be read without a script; search
-- engines find schema.org's Product; the storefront takes the product itself
-- from the data island and needs no first request. A product that is not there
-- is the page that says so, with 404.

create or replace function api.page_product(id text)
    returns table (_status int, _body text)
language sql stable as $$
    select 200,
           core.page(p.name || ' · Ipê',
                     coalesce(nullif(regexp_replace(p.description, '\s+', ' ',
                                                    'g'), ''), p.name),
                     '/produto/' || p.slug,
                     '<meta property="og:title" content="' || core.html(p.name)
                     || '" /><meta property="og:type" content="product" />'
                     || '<script type="application/ld+json" id="ld">'
                     || core.html_json(core.page_product_data(p))
                     || '</script>'
                     || '<script type="application/json" id="first-data">'
                     || core.html_json(jsonb_build_object(
                            'key', jsonb_build_array('product',
                                                     page_product.id),
                            'data', (select to_jsonb(g) from
                                     api.get_product(p.id::text, null) g)))
                     || '</script>',
                     core.page_product_text(p))
      from core.product p
     where p.id = core.product_id(page_product.id) and p.status = 'active'
    union all
    select 404,
           core.page('Página não encontrada · Ipê', '', null, null,
                     '<main class="page pt-6"><h1>Não há nada neste endereço'
                     || '</h1><p><a href="/">Ir para o início</a></p></main>')
     where not exists (select from core.product p
                       where p.id = core.product_id(page_product.id)
                             and p.status = 'active')
$$;

grant select on core.product to store_api;
