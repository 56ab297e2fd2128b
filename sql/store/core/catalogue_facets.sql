-- What a list is made of: counts by category, price, availability and
-- attribute, under all of its filters.


-- {exact, total} and the kinds asked for.  Of more than 10,000 products 8,000
-- are counted and the counts are projected; exact says so.  A hundredth of all
-- is then told as 0.9 to 1.1 of one, mostly.

create or replace function core.list_facets(rows text, kinds text[])
    returns jsonb
language plpgsql stable set search_path = core, pg_temp as $$
declare
    expected  numeric := core.estimate(rows);
    share     numeric := case when expected <= 10000 then 1
                              else 8000 / expected end;
    pieces    text;
    counted   jsonb;
begin
    if share < 1 then
        rows := core.list_sample(rows, expected, share);
    end if;

    select string_agg(format(', %L, (%s)', kind, core.facet(kind, share)), '')
    into pieces
    from (select distinct kind from unnest(kinds) kind) asked;

    execute format('with l as materialized (%s) '
                   'select jsonb_build_object(''exact'', %s = 1, ''total'', '
                   'round((select count(*) from l) / %s)%s)',
                   rows, share, share, pieces)
    into counted;

    return counted;
end
$$;


-- The share of the rows of a list: pages of the listing, or of a search; of a
-- search that finds little, which would have to read most pages for that, some
-- of what its index finds.

create or replace function core.list_sample(rows text, expected numeric,
                                            share numeric)
    returns text
language sql stable as $$
    select case
        when strpos(rows, 'core.product_search s ') = 0 then
            replace(rows, 'core.product_listing l',
                    format('core.product_listing l tablesample system (%s) '
                           'repeatable (0)', 100 * share))
        when expected > (select c.reltuples / 20 from pg_class c
                         where c.oid = 'core.product_search'::regclass) then
            replace(rows, 'core.product_search s ',
                    format('core.product_search s tablesample system (%s) '
                           'repeatable (0) ', 100 * share))
        else
            replace(rows, ' offset 0)',
                    format(' and abs(hashint8(s.product_id)) %% 10000 < %s '
                           'offset 0)', 10000 * share))
        end
$$;


-- One facet as a query over l, the rows counted, which are the given share of
-- all.

create or replace function core.facet(kind text, share numeric) returns text
language sql immutable as $$
    select format(case kind

    when 'availability' then $availability$
        select coalesce(jsonb_agg(jsonb_build_object(
                   'value', a.availability, 'count', a.count)
                   order by a.count desc, a.availability), '[]')
        from (select availability, round(count(*) / %1$s) as count
              from l group by 1) a
    $availability$

    -- Up to five bands with about as many products each.
    when 'price' then $price$
        select jsonb_build_object(
                   'min', min(b.low), 'max', max(b.high), 'ranges',
                   coalesce(jsonb_agg(jsonb_build_object(
                       'min', b.low, 'max', b.high, 'count', b.count)
                       order by b.low), '[]'))
        from (select min(price_amount) as low, max(price_amount) as high,
                     round(count(*) / %1$s) as count
              from (select price_amount,
                           rank() over (order by price_amount) as place
                    from l) ranked
              group by (place - 1) * 5 / (select count(*) from l)) b
    $price$

    when 'category' then $category$
        select coalesce(jsonb_agg(jsonb_build_object(
                   'id', c.id, 'slug', c.slug, 'name', c.name,
                   'parent_id', c.parent_id, 'count', k.count)
                   order by k.count desc, c.id), '[]')
        from (select x.category_id, round(count(*) / %1$s) as count
              from l join core.product_listing x
                     on x.product_id = l.product_id and x.category_id <> 0
              group by 1 order by 2 desc, 1 limit 50) k
        join core.category c on c.id = k.category_id
    $category$

    when 'attributes' then $attributes$
        select coalesce(jsonb_agg(jsonb_build_object(
                   'name', a.name, 'values', a.values)
                   order by a.count desc, a.name), '[]')
        from (select t.name, sum(t.count) as count,
                     jsonb_agg(jsonb_build_object(
                         'value', t.value, 'count', t.count)
                         order by t.count desc, t.value)
                         filter (where t.place <= 20) as values
              from (select split_part(term, '=', 1) as name,
                           substr(term, strpos(term, '=') + 1) as value,
                           round(count(*) / %1$s) as count,
                           row_number() over (
                               partition by split_part(term, '=', 1)
                               order by count(*) desc, term) as place
                    from l join core.product_search s
                           on s.product_id = l.product_id,
                         unnest(s.terms) term
                    group by term) t
              group by t.name order by 2 desc, 1 limit 20) a
    $attributes$

    end, share)
$$;
