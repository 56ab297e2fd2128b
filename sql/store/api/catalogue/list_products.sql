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
        sort text[], "limit" int, cursor jsonb, count text, facets boolean,
        principal jsonb)
    returns setof api.product_listed
language plpgsql stable set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    staff   boolean := core.has_scope(list_products.principal,
                                      'catalog:write');
    place   bigint;
    query   tsquery;
    rows    text;
    ordered record;
    by_keys text[] := list_products.sort;
    total   bigint;
    counted jsonb;
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
        query := core.search_query(list_products.q, false);

        if query is null then
            return;
        end if;
    end if;

    if list_products.cursor is not null then
        by_keys := array(select jsonb_array_elements_text(
                                    list_products.cursor -> 'by'));

    elsif cardinality(by_keys) > 0 then
        null;

    elsif query is null then
        by_keys := array['-popularity'];

    else
        by_keys := array['relevance'];
    end if;

    if 'relevance' = any (by_keys)
       and (query is null or list_products.cursor is null
                             and core.too_common(query))
    then
        by_keys := array_replace(by_keys, 'relevance', '-popularity');
    end if;

    rows := core.list_rows(query, 'relevance' = any (by_keys), place,
                           list_products.price_min, list_products.price_max,
                           list_products.in_stock,
                           case when staff then list_products.status
                                else 'active' end,
                           list_products.attr, list_products.ids);
    ordered := core.list_order(by_keys, list_products.cursor -> 'after');

    if list_products.count = 'exact' then
        execute format('select count(*) from (%s) l', rows) into total;

    elsif list_products.count = 'estimated' then
        total := core.estimate(rows);
    end if;

    if list_products.facets then
        counted := core.list_facets(rows);
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
        coalesce(list_products."limit", 21), ordered.order_by);
end
$$;

grant select on core.product, core.product_listing, core.product_search,
                core.search_word, core.category
    to store_api;
