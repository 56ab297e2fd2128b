-- What search engines may read: GET /robots.txt.

create or replace function api.page_robots()
    returns table (_body text)
language sql stable as $$
    select E'User-agent: *\nDisallow: /api/\nDisallow: /admin/\n'
           'Disallow: /conta\nDisallow: /finalizar\nDisallow: /sacola\n'
           'Disallow: /busca\n\nSitemap: '
           || s.shop_url || E'/sitemap.xml\n'
      from core.page_shell s
$$;
