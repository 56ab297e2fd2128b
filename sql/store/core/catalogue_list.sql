-- A list of products is one statement, put together from fixed pieces and
-- quoted literals, so that each combination of filters and orders is planned
-- for itself and reads one range of one index.


-- The rows of core.product_listing that qualify, with the keys they can be
-- ordered by.  Every filter may be null.  search is what the document of a
-- product must match and is answered first, by its own index (offset 0 keeps
-- the planner from guessing otherwise); wanted gives a score to order by.

create or replace function core.list_rows(search tsquery, wanted tsquery,
                                          category_id bigint,
                                          price_min bigint, price_max bigint,
                                          in_stock boolean, status text,
                                          ids bigint[])
    returns text
language sql immutable as $$
    -- concat() leaves out what is null: the filters that were not given.
    select concat(
        'select l.product_id, l.price_amount, l.name_key, l.created_at, '
        'l.popularity, l.availability, ',
        coalesce(format('(ts_rank(s.document, %L) * 1e6 '
                        '* (1 + ln(1 + l.popularity) / 20))::bigint',
                        list_rows.wanted), '0::bigint'),
        ' as score from core.product_listing l',
        ' join (select s.product_id, s.document from core.product_search s '
            'where s.document @@ ' || quote_literal(list_rows.search)
            || '::tsquery offset 0) s on s.product_id = l.product_id',
        ' where l.category_id = ', coalesce(list_rows.category_id, 0),
        ' and l.status = ' || quote_literal(list_rows.status),
        ' and l.price_amount >= ' || list_rows.price_min,
        ' and l.price_amount <= ' || list_rows.price_max,
        case list_rows.in_stock
             when true then ' and l.availability <> ''out_of_stock'''
             when false then ' and l.availability = ''out_of_stock''' end,
        ' and l.product_id = any (' || quote_literal(list_rows.ids)
            || '::bigint[])')
$$;


-- What a product's document must match: the words, the mark of the category,
-- for each named attribute the mark of one of its values.

create or replace function core.list_search(words tsquery, category_id bigint,
                                            attr jsonb)
    returns tsquery
language sql immutable as $$
    select string_agg('(' || part || ')', ' & ')::tsquery
    from (select list_search.words::text
          union all
          select quote_literal('#' || list_search.category_id)
          union all
          select string_agg(quote_literal('=' || a.key || '='
                                          || left(v.value, 100)), ' | ')
          from jsonb_each(list_search.attr) a,
               jsonb_array_elements_text(a.value) v
          group by a.key) parts (part)
    where list_search.words is not null or list_search.attr is not null
$$;


-- The first products in order among the next 2,000 of the listing that match
-- a search; null when those were not enough.  A search that finds much is
-- found soon this way, without gathering all that it finds.

create or replace function core.list_walk(rows text, order_by text,
                                          condition text, search tsquery,
                                          "limit" int)
    returns bigint[]
language plpgsql stable set search_path = core, pg_temp as $$
declare
    found bigint[];
begin
    execute format(
        'select array(select l.product_id '
        '             from (select * from (%s) l %s order by %s limit 2000) l '
        '             join core.product_search s '
        '                  on s.product_id = l.product_id '
        '             where s.document @@ %L::tsquery '
        '             order by %s limit %s)',
        rows, 'where ' || condition, order_by, search, order_by,
        list_walk."limit") into found;

    return case when cardinality(found) = list_walk."limit" then found end;
end
$$;


-- How many products a search finds, by the planner's statistics.

create or replace function core.expected_hits(search tsquery) returns bigint
language sql volatile as $$
    select core.estimate(format('select from core.product_search s '
                                'where s.document @@ %L::tsquery',
                                expected_hits.search))
$$;


-- The order of a list: that of its cursor, the one asked for, or what suits.
-- Relevance needs words, and gives way to popularity when the words are too
-- common to tell products apart.

create or replace function core.list_keys(sort text[], chosen jsonb,
                                          searching boolean, common boolean)
    returns text[]
language sql immutable as $$
    select case
        when chosen is not null then
            array(select jsonb_array_elements_text(chosen))
        when not searching or common then
            array_replace(coalesce(nullif(sort, '{}'),
                                   array['-popularity']),
                          'relevance', '-popularity')
        else coalesce(nullif(sort, '{}'), array['relevance'])
        end
$$;


-- An order by names of the API, in SQL: the order itself, what a row's cursor
-- holds, and what comes after a cursor.  The product's id makes it total.

create or replace function core.list_order(sort text[], after jsonb,
                                           out order_by text,
                                           out cursor_values text,
                                           out condition text)
language plpgsql immutable as $$
declare
    keys  text[] := '{}';
    types text[] := '{}';
    downs boolean[];
    name  text;
    i     int;
begin
    foreach name in array list_order.sort loop
        keys := keys || case ltrim(name, '-')
                        when 'price' then 'l.price_amount'
                        when 'name' then 'l.name_key'
                        when 'created' then 'l.created_at'
                        when 'popularity' then 'l.popularity'
                        when 'relevance' then 'l.score' end;
        types := types || case ltrim(name, '-')
                          when 'name' then 'text'
                          when 'created' then 'timestamptz'
                          else 'bigint' end;
        downs := downs || (name like '-%' or name = 'relevance');
    end loop;

    if array_position(keys, null) is not null then
        perform core.fail('invalid_parameter', 400);
    end if;

    keys := keys || text 'l.product_id';
    types := types || text 'bigint';
    downs := downs || downs[1];

    select string_agg(k || case when d then ' desc' else '' end, ', '
                      order by n)
    into order_by
    from unnest(keys, downs) with ordinality x (k, d, n);

    cursor_values := 'jsonb_build_array(' || array_to_string(keys, ', ')
                     || ')';

    if list_order.after is null then
        return;
    end if;

    if jsonb_typeof(list_order.after) <> 'array'
       or jsonb_array_length(list_order.after) <> cardinality(keys)
    then
        perform core.fail('invalid_cursor', 400);
    end if;

    -- One direction is one range; else the first key bounds the range and the
    -- rest is compared key by key.
    if true = all (downs) or false = all (downs) then
        select format('(%s) %s (%s)', string_agg(k, ', ' order by n),
                      case when downs[1] then '<' else '>' end,
                      string_agg(format('%L::%s',
                                        list_order.after ->> (n - 1)::int, t),
                                 ', ' order by n))
        into condition
        from unnest(keys, types) with ordinality x (k, t, n);
        return;
    end if;

    for i in reverse cardinality(keys) .. 1 loop
        condition := format('(%1$s %2$s %3$L::%4$s%5$s)', keys[i],
                            case when downs[i] then '<' else '>' end,
                            list_order.after ->> (i - 1), types[i],
                            format(' or %s = %L::%s and ', keys[i],
                                   list_order.after ->> (i - 1), types[i])
                            || condition);
    end loop;

    condition := format('%s %s %L::%s and %s', keys[1],
                        case when downs[1] then '<=' else '>=' end,
                        list_order.after ->> 0, types[1], condition);
end
$$;


-- How many rows the planner expects of a statement.  Volatile, because EXPLAIN
-- is refused elsewhere.

create or replace function core.estimate(statement text) returns bigint
language plpgsql volatile as $$
declare
    plan json;
begin
    execute 'explain (format json) ' || statement into plan;
    return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
end
$$;


create or replace function core.category_id(id text) returns bigint
language sql stable as $$
    select case when category_id.id ~ '^[0-9]{1,18}$'
                then (select c.id from core.category c
                      where c.id = category_id.id::bigint)
                else (select c.id from core.category c
                      where c.slug = category_id.id) end
$$;


-- Counts under all filters: {exact, total, categories, price, availability,
-- attributes}.  Of more than 20,000 products a sample of pages is counted and
-- the counts are projected; exact says so.

create or replace function core.list_facets(rows text) returns jsonb
language plpgsql stable set search_path = core, pg_temp as $$
declare
    expected bigint := core.estimate(rows);
    share    numeric := least(1, 20000.0 / greatest(expected, 1));
    counted  jsonb;
begin
    if share < 1 then
        rows := replace(rows, 'core.product_listing l',
                        format('core.product_listing l tablesample '
                               'system (%s) repeatable (0)', 100 * share));
    end if;

    execute format('
        with l as materialized (%s),
        n as (select count(*) as total, min(price_amount) as low,
                     max(price_amount) as high from l),
        fences as (
            select distinct unnest(percentile_disc(
                       array[0.2, 0.4, 0.6, 0.8])
                       within group (order by price_amount)) as fence
            from l),
        bands as (
            select fence as low, lead(fence) over (order by fence) - 1 as high
            from (select low as fence from n union select fence from fences)
                 f)
        select jsonb_build_object(
            ''exact'', %2$s::numeric = 1,
            ''total'', round(n.total / %2$s),
            ''availability'', (
                select coalesce(jsonb_agg(jsonb_build_object(
                           ''value'', a.availability,
                           ''count'', round(a.count / %2$s))
                           order by a.count desc, a.availability), ''[]'')
                from (select availability, count(*) from l group by 1) a),
            ''price'', jsonb_build_object(
                ''min'', n.low, ''max'', n.high,
                ''ranges'', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               ''min'', b.low,
                               ''max'', coalesce(b.high, n.high),
                               ''count'', round((
                                   select count(*) from l
                                   where l.price_amount between b.low and
                                         coalesce(b.high, n.high)) / %2$s))
                               order by b.low), ''[]'')
                    from bands b where b.low is not null)),
            ''categories'', (
                select coalesce(jsonb_agg(jsonb_build_object(
                           ''id'', c.id, ''slug'', c.slug, ''name'', c.name,
                           ''parent_id'', c.parent_id,
                           ''count'', round(k.count / %2$s))
                           order by k.count desc, c.id), ''[]'')
                from (select x.category_id, count(*)
                      from l join core.product_listing x
                             on x.product_id = l.product_id
                                and x.category_id <> 0
                      group by 1 order by 2 desc, 1 limit 50) k
                join core.category c on c.id = k.category_id),
            ''attributes'', (
                select coalesce(jsonb_agg(jsonb_build_object(
                           ''name'', a.name, ''values'', a.values)
                           order by a.count desc, a.name), ''[]'')
                from (select t.name, sum(t.count) as count,
                             jsonb_agg(jsonb_build_object(
                                 ''value'', t.value,
                                 ''count'', round(t.count / %2$s))
                                 order by t.count desc, t.value)
                                 filter (where t.place <= 20) as values
                      from (select split_part(term, ''='', 1) as name,
                                   substr(term, strpos(term, ''='') + 1)
                                       as value,
                                   count(*),
                                   row_number() over (
                                       partition by split_part(term, ''='', 1)
                                       order by count(*) desc, term) as place
                            from l join core.product_search s
                                   on s.product_id = l.product_id,
                                 unnest(s.terms) term
                            group by term) t
                      group by t.name order by 2 desc, 1 limit 20) a))
        from n', rows, share) into counted;

    return counted;
end
$$;
