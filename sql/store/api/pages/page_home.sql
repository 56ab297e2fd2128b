-- The first page as HTML: GET /. What is seen first, links to the departments
-- and to the most popular and the newest products; the storefront finds its
-- first answers in it.

create or replace function api.page_home()
    returns table (_body text)
language sql stable as $$
    select core.page(
               'Ipê · Tudo para a casa, a mesa e a vida',
               'Do café da serra ao fone do dia a dia: preço claro, '
               'estoque de verdade e troca grátis em 30 dias.',
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
               core.page_frame(core.page_hero()
                   || core.page_rail('Mais vendidos', '-popularity',
                                     popular.products, 5)
                   || core.page_rail('Novidades', '-created_at',
                                     fresh.products, 0)))
      from core.page_listed(null, '-popularity', true, 10, null) popular,
           core.page_listed(null, '-created_at', true, 10, null) fresh
$$;
