-- A list of products is one statement, put together from fixed pieces and
-- quoted literals, so that each combination of filters and orders is planned
-- for itself and reads one range of one index.


-- A search in SQL.  Its text is alternatives that are joined by &, which stands
-- nowhere else but inside of quotes.

create or replace function core.search_conditions(search tsquery) returns text
language plpgsql immutable as $$
begin
    return (select string_agg('s.document @@ ' || quote_literal(part[1])
                              || '::tsquery', ' and ' order by n desc)
            from regexp_matches(search_conditions.search::text,
                                $re$(?:'(?:[^']|'')*'|[^'&])+$re$, 'g')
                     with ordinality parts (part, n));
end
$$;


-- The rows of core.product_listing that qualify, with the keys they can be
-- ordered by.  Every filter may be null.  search is what the document of a
-- product must match and is answered first, by its own index (offset 0 keeps
-- the planner from guessing otherwise); wanted gives a score to order by.
--
-- Each word is a condition of its own, for which the index skips to where the
-- others are; as one condition it would step through the lists of all words.
-- The last word first: who searches goes from the general to the particular,
-- and the skipping is the better the rarer the first one is.

create or replace function core.list_rows(search tsquery, wanted tsquery,
                                          category_id bigint,
                                          price_min bigint, price_max bigint,
                                          in_stock boolean, status text,
                                          ids bigint[])
    returns text
language plpgsql immutable as $$
begin
    -- concat() leaves out what is null: the filters that were not given.
    return concat(
        'select l.product_id, l.price_amount, l.name_key, l.created_at, '
        'l.popularity, l.availability, ',
        coalesce('(ts_rank(s.document, ' || quote_literal(list_rows.wanted)
                 || '::tsquery) * 1e6 '
                    '* (1 + ln(1 + l.popularity) / 20))::bigint',
                 '0::bigint'),
        ' as score from core.product_listing l',
        ' join (select s.product_id, s.document from core.product_search s '
            'where ' || core.search_conditions(list_rows.search)
            || ' offset 0) s on s.product_id = l.product_id',
        ' where l.category_id = ', coalesce(list_rows.category_id, 0),
        ' and l.status = ' || quote_literal(list_rows.status),
        ' and l.price_amount >= ' || list_rows.price_min,
        ' and l.price_amount <= ' || list_rows.price_max,
        case list_rows.in_stock
             when true then ' and l.availability <> ''out_of_stock'''
             when false then ' and l.availability = ''out_of_stock''' end,
        ' and l.product_id = any (' || quote_literal(list_rows.ids)
            || '::bigint[])');
end
$$;


-- A lexeme as a tsquery's text has it.

create or replace function core.quote_lexeme(lexeme text) returns text
language plpgsql immutable strict as $$
begin
    return $q$'$q$ || regexp_replace(lexeme, $re$(['\\])$re$, '\1\1', 'g')
           || $q$'$q$;
end
$$;


-- What a product's document must match: the mark of the category, for each
-- named attribute the mark of one of its values, the words.

create or replace function core.list_search(words tsquery, category_id bigint,
                                            attr jsonb)
    returns tsquery
language plpgsql immutable as $$
declare
    search tsquery := list_search.words;
begin
    if list_search.attr is not null then
        search := nullif(concat_ws(' & ', (
            select string_agg('(' || part || ')', ' & ')
            from (select string_agg(core.quote_lexeme(
                             '=' || a.key || '=' || left(v.value, 100)), ' | ')
                  from jsonb_each(list_search.attr) a,
                       jsonb_array_elements_text(a.value) v
                  group by a.key) of_key (part)),
            '(' || list_search.words::text || ')'), '')::tsquery;
    end if;

    if search is not null and list_search.category_id is not null then
        search := core.quote_lexeme('#' || list_search.category_id)::tsquery
                  && search;
    end if;

    return search;
end
$$;


-- Whether a page is found sooner by walking the list in order, trying each
-- product, than by gathering all that the search finds and sorting that.

create or replace function core.worth_walking(hits bigint, category_id bigint,
                                              size int)
    returns boolean
language plpgsql volatile as $$
declare
    listed bigint;
    steps  numeric;
begin
    if hits < 500 then
        return false;
    end if;

    listed := core.estimate(format('select from core.product_listing l '
                                   'where l.category_id = %s',
                                   coalesce(category_id, 0)));
    steps := size * listed::numeric / hits;

    return steps < 1500 and steps * 2 < hits;
end
$$;


-- The first products in order among the next 3,000 of the listing that match
-- a search; null when those were not enough.

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
        '             from (select * from (%s) l %s order by %s limit 3000) l '
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
language plpgsql immutable as $$
begin
    return case
        when chosen is not null then
            array(select jsonb_array_elements_text(chosen))
        when not searching or common then
            array_replace(coalesce(nullif(sort, '{}'),
                                   array['-popularity']),
                          'relevance', '-popularity')
        else coalesce(nullif(sort, '{}'), array['relevance'])
        end;
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
                        when 'created_at' then 'l.created_at'
                        when 'popularity' then 'l.popularity'
                        when 'relevance' then 'l.score' end;
        types := types || case ltrim(name, '-')
                          when 'name' then 'text'
                          when 'created' then 'timestamptz'
                          when 'created_at' then 'timestamptz'
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
