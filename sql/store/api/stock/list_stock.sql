-- Stock levels by variant and location: GET /stock, for stock:read. `low`
-- lists what is at its threshold or below; `updated_since` what moved; `q` what
-- the search of products finds, at most 1,000 of them.

create or replace function api.list_stock(
        variant_id bigint, sku text, product_ids bigint[], q text,
        location_id bigint, low boolean, updated_since timestamptz,
        "limit" int, cursor jsonb, principal jsonb)
    returns setof api.stock_level
language plpgsql stable set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    rows    text := 'select s.*, v.sku, v.product_id, v.name '
                    'from core.stock_level s '
                    'join core.variant v on v.id = s.variant_id where true';
    wanted  tsquery;
    within  bigint[] := list_stock.product_ids;
begin
    if list_stock.q is not null then
        wanted := core.search_query(list_stock.q, true);
        within := array(
            select s.product_id from core.product_search s
            where s.document @@ wanted
                  and (list_stock.product_ids is null
                       or s.product_id = any (list_stock.product_ids))
            order by s.product_id limit 1000);
    end if;

    if within is not null then
        rows := rows || format(' and v.product_id = any (%L::bigint[])',
                               within);
    end if;

    if list_stock.variant_id is not null then
        rows := rows || format(' and s.variant_id = %s',
                               list_stock.variant_id);
    end if;

    if list_stock.sku is not null then
        rows := rows || format(' and v.sku = %L', list_stock.sku);
    end if;

    if list_stock.location_id is not null then
        rows := rows || format(' and s.location_id = %s',
                               list_stock.location_id);
    end if;

    if list_stock.low then
        rows := rows || ' and s.on_hand - s.reserved <= s.threshold';
    end if;

    if list_stock.updated_since is not null then
        rows := rows || format(' and s.updated_at >= %L',
                               list_stock.updated_since);
    end if;

    if list_stock.cursor is not null then
        rows := rows || format(' and (s.variant_id, s.location_id)'
                               ' > (%s, %s)',
                               (list_stock.cursor ->> 0)::bigint,
                               (list_stock.cursor ->> 1)::bigint);
    end if;

    return query execute format(
        'select s.variant_id, s.sku, s.product_id, p.name, s.name, '
        '       s.location_id, s.on_hand, s.reserved, '
        '       s.on_hand - s.reserved, s.threshold, s.ordered, '
        '       s.updated_at, s.version, '
        '       jsonb_build_array(s.variant_id, s.location_id) '
        'from (%s order by s.variant_id, s.location_id limit %s) s '
        'join core.product p on p.id = s.product_id '
        'order by s.variant_id, s.location_id',
        rows, coalesce(list_stock."limit", 21));
end
$$;

grant select on core.stock_level, core.variant, core.product,
                core.product_search, core.search_word
    to store_api;
