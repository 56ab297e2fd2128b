-- The page of a category as HTML: GET /categoria/{id}, by slug. Its name, what
-- is below it and its most popular products are links; the storefront does the
-- rest.

create or replace function api.page_category(id text)
    returns table (_status int, _body text)
language sql stable as $$
    select 200,
           core.page(c.name || ' · Ipê',
                     coalesce(nullif(c.description, ''), c.name || ' na Ipê: '
                              || 'preço claro, estoque de verdade.'),
                     '/categoria/' || c.slug, null,
                     '<main class="page pt-6"><h1 class="text-3xl font-bold">'
                     || core.html(c.name) || '</h1><ul>'
                     || coalesce((
                            select string_agg('<li><a href="/categoria/'
                                   || below.slug || '">'
                                   || core.html(below.name) || '</a></li>', ''
                                   order by below.position, below.name)
                            from core.category below
                            where below.parent_id = c.id), '')
                     || '</ul>' || core.page_products(array(
                            select l.product_id
                            from core.product_listing l
                            where l.category_id = c.id and l.status = 'active'
                            order by l.popularity desc, l.product_id desc
                            limit 48))
                     || '</main>')
      from core.category c
     where c.slug = page_category.id
    union all
    select 404,
           core.page('Página não encontrada · Ipê', '', null, null,
                     '<main class="page pt-6"><h1>Não há nada neste endereço'
                     || '</h1><p><a href="/">Ir para o início</a></p></main>')
     where not exists (select from core.category c
                       where c.slug = page_category.id)
$$;

grant select on core.category, core.product_listing to store_api;
