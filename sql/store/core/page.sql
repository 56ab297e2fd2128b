-- How pages are written: texts made safe for HTML, money as Brazil writes it,
-- and the shell with its places filled.


create or replace function core.html(text text) returns text
language sql immutable parallel safe as $$
    select replace(replace(replace(replace(coalesce(html.text, ''),
           '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;')
$$;


-- A document for a script element: nothing in it can end the element.

create or replace function core.html_json(value jsonb) returns text
language sql immutable parallel safe as $$
    select replace(html_json.value::text, '<', '\u003c')
$$;


-- What a page says, in the reader's language; Portuguese to who asks for none.

create or replace function core.page_say(language text, pt text, en text)
    returns text
language sql immutable parallel safe as $$
    select case page_say.language when 'en' then page_say.en
                else page_say.pt end
$$;


-- 123450 BRL is R$ 1.234,50, in English R$1,234.50; others with their code.
-- Two digits after the point, but for the currencies that have none.

create or replace function core.page_money(amount bigint, currency text,
                                           language text) returns text
language sql immutable parallel safe as $$
    select case page_money.currency when 'BRL' then 'R$'
                else page_money.currency || ' ' end
           || case when page_money.language = 'en' then m.text
              else case page_money.currency when 'BRL' then ' ' else '' end
                   || translate(m.text, ',.', '.,') end
      from (select case when page_money.currency in ('JPY', 'CLP', 'KRW',
                                                     'PYG')
                        then to_char(page_money.amount,
                                     'FM999,999,999,999,990')
                        else to_char(page_money.amount / 100.0,
                                     'FM999,999,999,999,990.00') end) m(text)
$$;


-- The shell with a head and a body of its own; both are HTML already.

create or replace function core.page(title text, description text, path text,
                                     head text, body text, language text)
    returns text
language sql stable as $$
    select replace(split_part(s.html, '<!--head-->', 1), '<html lang="pt-BR">',
                   '<html lang="' || core.page_say(page.language, 'pt-BR', 'en')
                   || '">')
           || '<title>' || core.html(page.title) || '</title>'
           || '<meta name="description" content="'
           || core.html(left(page.description, 300)) || '" />'
           || case when page.path is null
              then '<meta name="robots" content="noindex" />'
              else '<link rel="canonical" href="' || s.shop_url
                   || core.html(page.path) || '" />' end
           || core.page_screen(core.page_say(page.language, 'pt-BR', 'en'))
           || coalesce(page.head, '')
           || split_part(split_part(s.html, '<!--/head-->', 2),
                         '<!--body-->', 1)
           || coalesce(page.body, '')
           || split_part(s.html, '<!--body-->', 2)
      from core.page_shell s
$$;

grant select on core.page_shell to store_api;


-- What the build knows of a screen: links to the files that it is drawn with,
-- so that no script has to run before they are asked for.

create or replace function core.page_screen(name text) returns text
language sql stable as $$
    select split_part(split_part(s.html, '<!--' || page_screen.name || ' ', 2),
                      '-->', 1)
      from core.page_shell s
$$;


-- What surrounds every page: the header with the departments, as the storefront
-- draws it, so that nothing moves when it takes over.

create or replace function core.page_frame(content text, language text)
    returns text
language sql stable as $$
    select '<div class="flex min-h-dvh flex-col">'
           '<header class="bg-deep text-on-deep"><div class="page flex '
           'flex-wrap items-center gap-x-4 gap-y-2 py-3"><a href="/" class="'
           'flex min-h-11 items-center rounded-full px-3 text-on-deep '
           'no-underline -ml-2 gap-2.5 text-2xl font-extrabold tracking-tight"'
           '><img src="/icon.svg" alt="" width="36" height="36" class="size-9"'
           ' />Ipê</a><form role="search" action="/busca" class="relative '
           'order-last w-full md:order-none md:mx-4 md:w-auto md:grow"><input '
           'type="search" name="q" aria-label="'
           || core.page_say(page_frame.language, 'Buscar na loja',
                            'Search the shop')
           || '" placeholder="'
           || core.page_say(page_frame.language, 'O que você procura?',
                            'What are you looking for?')
           || '" class="h-11 w-full rounded-full bg-white '
           'pr-12 pl-5 text-[#1b1d1a] placeholder:text-[#5f635c]" /></form>'
           '</div><nav aria-label="'
           || core.page_say(page_frame.language, 'Categorias', 'Categories')
           || '" class="border-t border-white/12"><ul class="page flex min-h-11 gap-1 overflow-x-auto '
           '[scrollbar-width:none]">'
           || coalesce((
                  select string_agg('<li class="first:-ml-3"><a href="/'
                             'categoria/' || c.slug || '" class="flex min-h-11'
                             ' items-center px-3 text-[0.94rem] '
                             'whitespace-nowrap text-on-deep-muted '
                             'no-underline">' || core.html(c.name)
                             || '</a></li>', '' order by c.position, c.name)
                  from core.category c
                  where c.parent_id is null), '')
           || '</ul></nav></header><main class="grow pb-16">'
           || page_frame.content || '</main></div>'
$$;


-- The first answers of the storefront's queries, by their keys: it shows them
-- before it has asked anything.

create or replace function core.page_first(entries jsonb) returns text
language sql stable as $$
    select '<script type="application/json" id="first-data">'
           || core.html_json(jsonb_build_array(jsonb_build_object(
                  'key', '["categories"]'::jsonb,
                  'data', coalesce(core.category_branches(null), '[]')))
                  || page_first.entries)
           || '</script>'
$$;


create or replace function core.page_ld(document jsonb) returns text
language sql stable as $$
    select '<script type="application/ld+json" id="ld">'
           || core.html_json(jsonb_strip_nulls(page_ld.document))
           || '</script>'
$$;


-- schema.org's way down to a page: pairs of name and path.

create or replace function core.page_trail(steps jsonb) returns jsonb
language sql stable as $$
    select jsonb_build_object(
               '@type', 'BreadcrumbList',
               'itemListElement', jsonb_agg(jsonb_build_object(
                   '@type', 'ListItem', 'position', t.n,
                   'name', t.step -> 0,
                   'item', s.shop_url || (t.step ->> 1)) order by t.n))
      from core.page_shell s,
           jsonb_array_elements(page_trail.steps) with ordinality t(step, n)
     group by s.shop_url
$$;


-- Products as GET /products lists them, without the cursors, which only the
-- gateway can sign; the facets of the first page beside them.

create or replace function core.page_listed(category text, sort text,
                                            in_stock boolean, size int,
                                            facets text[])
    returns table (products jsonb, facets jsonb)
language sql stable as $$
    select coalesce(jsonb_agg(to_jsonb(l) - '_cursor' - '_total' - '_facets'
                              - 'n' order by l.n), '[]'),
           (array_agg(l._facets) filter (where l._facets is not null))[1]
      from (select p.*, row_number() over () as n
              from api.list_products(null, page_listed.category, null, null,
                       page_listed.in_stock, null, null, null,
                       case when page_listed.sort is not null
                            then array[page_listed.sort] end,
                       page_listed.size, null, null, page_listed.facets,
                       null) p) l
$$;


-- Cards of products, as the storefront draws them; the first few are in view.

create or replace function core.page_cards(products jsonb, item text,
                                           eager int, language text)
    returns text
language sql stable as $$
    select coalesce(string_agg(
               '<li class="' || page_cards.item || '"><article class="card '
               'group relative flex h-full flex-col overflow-hidden">'
               || case when p.doc #> '{images,0}' is null
                  then '<div class="aspect-square bg-sunken"></div>'
                  else '<img src="' || core.html(p.doc #>> '{images,0,url}')
                       || '" alt="" width="'
                       || coalesce(p.doc #>> '{images,0,width}', '800')
                       || '" height="'
                       || coalesce(p.doc #>> '{images,0,height}', '800')
                       || '" loading="'
                       || case when p.n <= page_cards.eager then 'eager'
                          else 'lazy' end
                       || '" decoding="async" class="aspect-square w-full '
                       'bg-sunken object-cover" />' end
               || '<div class="flex grow flex-col gap-1.5 p-3 sm:p-4"><h3 '
               'class="leading-snug font-medium text-pretty"><a href="/'
               'produto/' || (p.doc ->> 'slug') || '" class="text-ink '
               'no-underline after:absolute after:inset-0">'
               || core.html(p.doc ->> 'name') || '</a></h3><p class="money '
               'mt-auto text-lg font-bold">'
               || core.page_money((p.doc #>> '{price,amount}')::bigint,
                                  p.doc #>> '{price,currency}',
                                  page_cards.language)
               || '</p>'
               || case p.doc ->> 'availability'
                  when 'out_of_stock'
                  then '<p class="text-sm text-bad">'
                       || core.page_say(page_cards.language, 'Esgotado',
                                        'Sold out') || '</p>'
                  when 'low_stock'
                  then '<p class="text-sm text-warn">'
                       || core.page_say(page_cards.language,
                                        'Últimas unidades', 'Last units')
                       || '</p>'
                  else '' end
               || '</div></article></li>', '' order by p.n), '')
      from jsonb_array_elements(page_cards.products) with ordinality p(doc, n)
$$;


-- The page that says that nothing is there, for 404.

create or replace function core.page_none(language text) returns text
language sql stable as $$
    select core.page(core.page_say(page_none.language, 'Página não encontrada',
                                   'Page not found') || ' · Ipê',
                     '', null, null,
                     core.page_frame(
                         '<div class="page pt-6"><h1 class="text-3xl '
                         'font-bold">'
                         || core.page_say(page_none.language,
                                          'Não há nada neste endereço',
                                          'There is nothing at this address')
                         || '</h1><p><a href="/" class="link">'
                         || core.page_say(page_none.language,
                                          'Ir para o início',
                                          'Go to the home page')
                         || '</a></p></div>', page_none.language),
                     page_none.language)
$$;
