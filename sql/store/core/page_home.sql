-- What the first page says: to search engines, and before the storefront does.


-- schema.org's WebSite with its search, and who is behind it.

create or replace function core.page_shop() returns jsonb
language sql stable as $$
    select jsonb_build_object(
               '@context', 'https://schema.org',
               '@graph', jsonb_build_array(
                   jsonb_build_object(
                       '@type', 'Organization', 'name', 'Ipê',
                       'url', s.shop_url, 'logo', s.shop_url || '/icon.svg'),
                   jsonb_build_object(
                       '@type', 'WebSite', 'name', 'Ipê', 'url', s.shop_url,
                       'inLanguage', 'pt-BR',
                       'potentialAction', jsonb_build_object(
                           '@type', 'SearchAction',
                           'target', s.shop_url
                                     || '/busca?q={search_term_string}',
                           'query-input',
                           'required name=search_term_string'))))
      from core.page_shell s
$$;


create or replace function core.page_promise(language text) returns text
language sql immutable parallel safe as $$
    select core.page_say(page_promise.language,
               'Do café da serra ao fone do dia a dia: preço claro, estoque '
               'de verdade e troca grátis em 30 dias.',
               'From mountain coffee to everyday headphones: clear prices, real stock and free exchange within 30 days.')
$$;


create or replace function core.page_hero(language text) returns text
language sql immutable parallel safe as $$
    select '<section class="bg-deep text-on-deep"><div class="page grid '
           'items-center gap-6 py-8 md:grid-cols-[1.1fr_1fr] md:py-0"><div '
           'class="md:py-16"><h1 class="max-w-xl text-4xl leading-[1.08] '
           'font-extrabold sm:text-5xl">'
           || core.page_say(page_hero.language,
                            'Coisas boas, feitas por quem entende.',
                            'Good things, made by people who know how.')
           || '</h1><p class="mt-4 max-w-md text-lg text-on-deep-muted">'
           || core.page_promise(page_hero.language) || '</p><div class="mt-7 flex flex-wrap gap-3'
           '"><a href="/busca?sort=-popularity" class="inline-flex '
           'items-center justify-center gap-2 rounded-full font-semibold '
           'no-underline min-h-13 px-7 text-lg bg-sun! text-[#2b1d00]!">'
           || core.page_say(page_hero.language, 'Ver os mais vendidos',
                            'See the best sellers')
           || '</a><a href="/categoria/cafes" class="inline-flex'
           ' items-center justify-center gap-2 rounded-full font-semibold '
           'no-underline min-h-13 px-7 text-lg border border-white/40 '
           'text-on-deep!">'
           || core.page_say(page_hero.language, 'Cafés da semana',
                            'Coffees of the week')
           || '</a></div></div></div></section>'
$$;


create or replace function core.page_rail(title text, sort text,
                                          products jsonb, eager int,
                                          language text)
    returns text
language sql stable as $$
    select '<section class="page mt-12"><div class="mb-4 flex items-baseline '
           'justify-between gap-4"><h2 class="text-2xl font-bold">'
           || page_rail.title || '</h2><a href="/busca?sort='
           || page_rail.sort || '" class="link shrink-0">'
           || core.page_say(page_rail.language, 'Ver todos', 'See all')
           || '</a></div><ul class="-mx-4 flex snap-x scroll-px-4 gap-3 overflow-x-auto '
           'px-4 pb-3 sm:gap-5">'
           || core.page_cards(page_rail.products,
                              'w-44 shrink-0 snap-start sm:w-56',
                              page_rail.eager, page_rail.language)
           || '</ul></section>'
$$;
