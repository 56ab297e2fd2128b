-- What the page of a product says: to search engines, and without scripts.


-- The way down to it, by the first of its categories.

create or replace function core.page_product_path(p core.product)
    returns jsonb
language sql stable as $$
    select core.page_trail(
               coalesce(core.page_category_path(
                            (p.categories #>> '{0,id}')::bigint),
                        '[["Início", "/"]]')
               || jsonb_build_array(jsonb_build_array(
                      p.name, '/produto/' || p.slug)))
$$;


-- schema.org's Product, an offer for each variant.

create or replace function core.page_product_data(p core.product)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        '@context', 'https://schema.org',
        '@graph', jsonb_build_array(core.page_product_path(p),
        jsonb_build_object(
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
                   from jsonb_array_elements(p.variants) v))))
      from core.page_shell s
$$;


create or replace function core.page_product_text(p core.product,
                                                  language text)
    returns text
language sql stable as $$
    select '<div class="page pt-6"><nav class="mb-4"><ol class="flex '
           'flex-wrap items-center gap-1 text-sm"><li><a href="/" class="link '
           'py-1">'
           || core.page_say(page_product_text.language, 'Início', 'Home')
           || '</a></li>'
           || coalesce((select string_agg('<li>› <a href="/categoria/'
                                          || (c ->> 'slug') || '" class="link '
                                          'py-1">' || core.html(c ->> 'name')
                                          || '</a></li>', '')
                        from jsonb_array_elements(p.categories) c), '')
           || '</ol></nav><div class="grid gap-8 md:grid-cols-2 '
           'lg:grid-cols-[1.15fr_1fr] lg:gap-14"><div class="grid '
           'content-start gap-3"><div class="overflow-hidden rounded-card '
           'border border-line">'
           || coalesce('<img src="' || core.html(p.images #>> '{0,url}')
                       || '" alt="' || core.html(p.images #>> '{0,alt}')
                       || '" width="800" height="800" fetchpriority="high" '
                       'class="aspect-square w-full bg-sunken object-cover" '
                       '/>', '')
           || '</div>'
           -- The place of the small pictures, so that nothing moves.
           || case when jsonb_array_length(p.images) > 1
              then '<div class="h-18"></div>' else '' end
           || '</div><div class="grid content-start gap-6"><div>'
           || case when jsonb_typeof(p.attributes -> 'marca') = 'string'
              then '<p class="mb-1 text-sm font-semibold tracking-wide '
                   'text-muted uppercase">'
                   || core.html(p.attributes ->> 'marca') || '</p>'
              else '' end
           || '<h1 class="text-3xl leading-tight font-bold sm:text-4xl">'
           || core.html(p.name)
           || '</h1></div><p class="money text-3xl font-bold">'
           || core.page_money(p.price_amount, p.currency,
                              page_product_text.language) || '</p>'
           || '<div class="grid max-w-prose gap-3 leading-relaxed">'
           || coalesce((select string_agg('<p>' || core.html(t) || '</p>', '')
                        from regexp_split_to_table(p.description, '\n{2,}') t),
                       '')
           || '</div></div></div></div>'
$$;
