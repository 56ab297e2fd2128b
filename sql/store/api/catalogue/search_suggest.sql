-- What somebody who typed this much may want: GET /search/suggest.
--
-- Categories and the most popular products that have all the words, the last
-- one as a beginning; when there are none, with the words mended.

create or replace function api.search_suggest(q text, "limit" int)
    returns table (suggestions jsonb)
language plpgsql stable set search_path = core, pg_temp
    set jit = off as $$
declare
    wanted tsquery := core.search_query(search_suggest.q, true);
    found  jsonb;
begin
    if wanted is not null then
        found := core.suggestions(wanted, search_suggest."limit");
    end if;

    if wanted is not null and found = '[]' then
        wanted := core.search_query(search_suggest.q, false);
        found := core.suggestions(wanted, search_suggest."limit");
    end if;

    return query select coalesce(found, '[]');
end
$$;

grant select on core.product, core.product_listing, core.product_search,
                core.search_word, core.category
    to store_api;
