-- A part of the map of the site: GET /sitemap/{part}. Part 0 has the first
-- page and the categories, part n the products from id 5000 (n - 1).

create or replace function api.page_sitemap_part(part bigint)
    returns table (_body text)
language sql stable as $$
    select '<?xml version="1.0" encoding="UTF-8"?>'
           || '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
           || coalesce(string_agg('<url><loc>' || s.shop_url || entry.path
                         || '</loc><lastmod>'
                         || to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD')
                         || '</lastmod></url>', '' order by entry.path), '')
           || '</urlset>'
      from core.page_shell s
      left join lateral (
           select '/produto/' || p.slug as path, p.updated_at as at
             from core.product p
            where p.id >= 5000 * (page_sitemap_part.part - 1)
                  and p.id < 5000 * page_sitemap_part.part
                  and p.status = 'active'
           union all
           select '/categoria/' || c.slug, c.updated_at
             from core.category c
            where page_sitemap_part.part = 0
           union all
           select '/', s.updated_at
            where page_sitemap_part.part = 0) entry on true
     group by s.shop_url
$$;

grant select on core.product, core.category to store_api;
