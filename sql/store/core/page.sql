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


-- 123450 BRL is R$ 1.234,50; others with their code. Two digits after the
-- point, but for the currencies that have none.

create or replace function core.page_money(amount bigint, currency text)
    returns text
language sql immutable parallel safe as $$
    select case page_money.currency when 'BRL' then 'R$'
                else page_money.currency end
           || ' '
           || translate(case when page_money.currency in ('JPY', 'CLP', 'KRW',
                                                          'PYG')
                             then to_char(page_money.amount,
                                          'FM999G999G999G999G990')
                             else to_char(page_money.amount / 100.0,
                                          'FM999,999,999,999,990.00') end,
                        ',.', '.,')
$$;


-- The shell with a head and a body of its own; both are HTML already.

create or replace function core.page(title text, description text, path text,
                                     head text, body text)
    returns text
language sql stable as $$
    select split_part(s.html, '<!--head-->', 1)
           || '<title>' || core.html(page.title) || '</title>'
           || '<meta name="description" content="'
           || core.html(left(page.description, 300)) || '" />'
           || case when page.path is null
              then '<meta name="robots" content="noindex" />'
              else '<link rel="canonical" href="' || s.shop_url
                   || core.html(page.path) || '" />' end
           || coalesce(page.head, '')
           || split_part(split_part(s.html, '<!--/head-->', 2),
                         '<!--body-->', 1)
           || coalesce(page.body, '')
           || split_part(s.html, '<!--body-->', 2)
      from core.page_shell s
$$;

grant select on core.page_shell to store_api;


-- Links to products with their prices, as a list.

create or replace function core.page_products(ids bigint[]) returns text
language sql stable as $$
    select '<ul>' || coalesce(string_agg(
               '<li><a href="/produto/' || p.slug || '">' || core.html(p.name)
               || '</a> ' || core.page_money(p.price_amount, p.currency)
               || '</li>', '' order by wanted.place), '') || '</ul>'
      from unnest(page_products.ids) with ordinality as wanted(id, place)
      join core.product p on p.id = wanted.id and p.status = 'active'
$$;
