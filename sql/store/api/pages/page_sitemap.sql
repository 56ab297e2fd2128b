-- The map of the site: GET /sitemap.xml. Products are in parts, each of 5,000
-- ids, which is far below the 50,000 addresses that a file may have.

create or replace function api.page_sitemap()
    returns table (_body text)
language sql stable as $$
    select '<?xml version="1.0" encoding="UTF-8"?>'
           || '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
           || string_agg('<sitemap><loc>' || s.shop_url || '/sitemap/' || part
                         || '</loc></sitemap>', '' order by part)
           || '</sitemapindex>'
      from core.page_shell s,
           generate_series(0, coalesce((select max(p.id) from core.product p)
                                       / 5000, 0) + 1) part
     group by s.shop_url
$$;

grant select on core.product to store_api;
