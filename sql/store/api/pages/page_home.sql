-- The first page as HTML: GET /. Links to the departments and to the most
-- popular products.

create or replace function api.page_home()
    returns table (_body text)
language sql stable as $$
    select core.page('Ipê · Tudo para a casa, a mesa e a vida',
                     'Do café da serra ao fone do dia a dia: preço claro, '
                     'estoque de verdade e troca grátis em 30 dias.',
                     '/', null,
                     '<main class="page pt-6"><h1 class="text-3xl font-bold">'
                     || 'Coisas boas, feitas por quem entende.</h1><ul>'
                     || coalesce((
                            select string_agg('<li><a href="/categoria/'
                                   || c.slug || '">' || core.html(c.name)
                                   || '</a></li>', ''
                                   order by c.position, c.name)
                            from core.category c
                            where c.parent_id is null), '')
                     || '</ul>' || core.page_products(array(
                            select l.product_id
                            from core.product_listing l
                            where l.category_id = 0 and l.status = 'active'
                            order by l.popularity desc, l.product_id desc
                            limit 48))
                     || '</main>')
$$;

grant select on core.category, core.product, core.product_listing to store_api;
