-- The page of a category as HTML: GET /categoria/{id}, by slug. Its name, what
-- is above and below it and its first products are links; the storefront finds
-- its first answers in it.

create or replace function api.page_category(id text, language text)
    returns table (_status int, _body text)
language sql stable as $$
    select 200,
           core.page(c.name || ' · Ipê',
                     coalesce(nullif(c.description, ''), c.name
                              || core.page_say(page_category.language,
                                     ' na Ipê: preço claro, estoque de '
                                     'verdade.',
                                     ' at Ipê: clear prices, real stock.')),
                     '/categoria/' || c.slug,
                     core.page_screen('listing')
                     || core.page_ld('{"@context": "https://schema.org"}'
                         || core.page_trail(core.page_category_path(c.id)))
                     || core.page_first(jsonb_build_array(jsonb_build_object(
                            'key', jsonb_build_array('products', '{}'::jsonb,
                                                     c.slug),
                            'data', core.page_category_list(l.products,
                                                            l.facets)))),
                     core.page_frame(
                         core.page_category_text(c, l.products,
                                                 page_category.language),
                         page_category.language),
                     page_category.language)
      from core.category c,
           core.page_listed(c.slug, null, null, 24,
                            '{category,price,availability,attributes}') l
     where c.slug = page_category.id
    union all
    select 404, core.page_none(page_category.language)
     where not exists (select from core.category c
                       where c.slug = page_category.id)
$$;

grant select on core.category, core.product_listing to store_api;
