-- The first page as HTML: GET /. What is seen first, links to the departments
-- and to the most popular and the newest products; the storefront finds its
-- first answers in it.

create or replace function api.page_home(language text)
    returns table (_body text)
language sql stable as $$
    select core.page(
               'Ipê · ' || core.page_say(page_home.language,
                                         'Tudo para a casa, a mesa e a vida',
                                         'Everything for home, table and life'),
               core.page_promise(page_home.language),
               '/',
               '<meta property="og:type" content="website" />'
               || core.page_screen('home')
               || core.page_ld(core.page_shop())
               || core.page_first(jsonb_build_array(
                      jsonb_build_object(
                          'key', '["rail", {"sort": "popularity"}]'::jsonb,
                          'data', popular.products),
                      jsonb_build_object(
                          'key', '["rail", {"sort": "created"}]'::jsonb,
                          'data', fresh.products))),
               core.page_frame(core.page_hero(page_home.language)
                   || core.page_rail(core.page_say(page_home.language,
                                                   'Mais vendidos',
                                                   'Best sellers'),
                                     '-popularity', popular.products, 5,
                                     page_home.language)
                   || core.page_rail(core.page_say(page_home.language,
                                                   'Novidades', 'New arrivals'),
                                     '-created_at', fresh.products, 0,
                                     page_home.language),
                   page_home.language),
               page_home.language)
      from core.page_listed(null, '-popularity', true, 10, null) popular,
           core.page_listed(null, '-created_at', true, 10, null) fresh
$$;
