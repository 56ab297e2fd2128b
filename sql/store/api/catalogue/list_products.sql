-- The products of the shop: GET /products.
--
-- Filters, orders and pages by core.list_rows and core.list_order.  Without q
-- the most popular come first, with q the most relevant; when a search finds
-- so much that its words say little, popularity stands in for relevance.  A
-- cursor holds the order that was chosen, so that all pages agree.
--
-- Drafts and archived products are listed for catalog:write only.
-- Raises: CM403 forbidden (another status than active without the scope),
--   CM400 invalid_cursor.

create or replace function api.list_products(
        q text, category text, price_min bigint, price_max bigint,
        in_stock boolean, status text, attr jsonb, ids bigint[],
        sort text[], "limit" int, cursor jsonb, count text, facets text[],
        principal jsonb)
    returns setof api.product_listed
language plpgsql stable set search_path = core, pg_temp
    set jit = off as $$
declare
    staff    boolean := core.has_scope(list_products.principal,
                                       'catalog:write');
    shown    text := case when staff then list_products.status
                          else 'active' end;
    size     int := coalesce(list_products."limit", 21);
    place    bigint;
    words    tsquery;
    search   tsquery;
    hits     bigint := 0;
    by_keys  text[];
    ordered  record;
    rows     text;
    found    bigint[];
    total    bigint;
    counted  jsonb;
begin
    if not staff and list_products.status <> 'active' then
        perform core.fail('forbidden', 403);
    end if;

    if list_products.category is not null then
        place := core.category_id(list_products.category);

        if place is null then
            return;
        end if;
    end if;

    if list_products.q is not null then
        words := core.search_query(list_products.q, false);

        if words is null then
            return;
        end if;
    end if;

    if words is not null or list_products.attr is not null then
        search := core.list_search(words, place, list_products.attr);
        hits := core.expected_hits(core.list_search(
                    core.first_lexemes(words), place, list_products.attr));
    end if;

    by_keys := core.list_keys(list_products.sort,
                              list_products.cursor -> 'by',
                              words is not null, hits > 2000);
    ordered := core.list_order(by_keys, list_products.cursor -> 'after');

    rows := core.list_rows(search,
                           case when 'relevance' = any (by_keys)
                                then words end,
                           place, list_products.price_min,
                           list_products.price_max, list_products.in_stock,
                           shown, list_products.ids);

    if list_products.count = 'exact' then
        execute format('select count(*) from (%s) l', rows) into total;

    elsif list_products.count = 'estimated' then
        total := core.estimate(rows);
    end if;

    if cardinality(list_products.facets) > 0 then
        counted := core.list_facets(rows, list_products.facets);
    end if;

    if not 'relevance' = any (by_keys)
       and core.worth_walking(hits, place, size)
    then
        found := core.list_walk(
                     core.list_rows(null, null, place,
                                    list_products.price_min,
                                    list_products.price_max,
                                    list_products.in_stock, shown,
                                    list_products.ids),
                     ordered.order_by, ordered.condition, search, size);

        if found is not null then
            rows := core.list_rows(null, null, place, null, null, null, null,
                                   found);
        end if;
    end if;

    return query execute format(
        'select p.id, p.slug, p.name, p.status, '
        '       core.money(p.price_amount, p.currency), p.availability, '
        '       p.categories, p.images, p.version, p.created_at, '
        '       p.updated_at, '
        '       jsonb_build_object(''by'', %L::jsonb, ''after'', %s), '
        '       %L::bigint, '
        '       case when row_number() over (order by %s) = 1 '
        '            then %L::jsonb end '
        'from (select * from (%s) l %s order by %s limit %s) l '
        'join core.product p on p.id = l.product_id '
        'order by %s',
        to_jsonb(by_keys), ordered.cursor_values, total, ordered.order_by,
        counted, rows, 'where ' || ordered.condition, ordered.order_by,
        size, ordered.order_by);
end
$$;

grant select on core.product, core.product_listing, core.product_search,
                core.search_word, core.category
    to store_api;
