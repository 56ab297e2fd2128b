-- What the page of a product says: to search engines, and without scripts.


-- schema.org's Product, an offer for each variant.

create or replace function core.page_product_data(p core.product)
    returns jsonb
language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        '@context', 'https://schema.org',
        '@type', 'Product',
        'name', p.name,
        'description', p.description,
        'image', (select jsonb_agg(case when i ->> 'url' like '/%'
                                        then s.shop_url else '' end
                                   || (i ->> 'url'))
                  from jsonb_array_elements(p.images) i),
        'brand', case when jsonb_typeof(p.attributes -> 'marca') = 'string'
                      then jsonb_build_object('@type', 'Brand',
                               'name', p.attributes ->> 'marca') end,
        'offers', (select jsonb_agg(jsonb_build_object(
                       '@type', 'Offer',
                       'sku', v ->> 'sku',
                       'price', to_char((v -> 'price' ->> 'amount')::bigint
                                        / 100.0, 'FM999999999990.00'),
                       'priceCurrency', v -> 'price' ->> 'currency',
                       'availability', 'https://schema.org/'
                       || case v ->> 'availability'
                          when 'out_of_stock' then 'OutOfStock'
                          when 'low_stock' then 'LimitedAvailability'
                          else 'InStock' end,
                       'url', s.shop_url || '/produto/' || p.slug))
                   from jsonb_array_elements(p.variants) v)))
      from core.page_shell s
$$;


create or replace function core.page_product_text(p core.product)
    returns text
language sql stable as $$
    select '<main class="page pt-6"><nav><a href="/">Início</a>'
           || coalesce((select string_agg(' › <a href="/categoria/'
                                          || (c ->> 'slug') || '">'
                                          || core.html(c ->> 'name') || '</a>',
                                          '')
                        from jsonb_array_elements(p.categories) c), '')
           || '</nav><h1 class="text-3xl leading-tight font-bold sm:text-4xl">'
           || core.html(p.name)
           || '</h1><p class="money text-3xl font-bold">'
           || core.page_money(p.price_amount, p.currency) || '</p>'
           || '<div class="grid max-w-prose gap-3 leading-relaxed">'
           || coalesce((select string_agg('<p>' || core.html(t) || '</p>', '')
                        from regexp_split_to_table(p.description, '\n{2,}') t),
                       '')
           || '</div></main>'
$$;
