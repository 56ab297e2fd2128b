-- What is offered while somebody types.


-- Categories whose name matches wanted, then the most popular products whose
-- name does.

create or replace function core.suggestions(wanted tsquery, "limit" int)
    returns jsonb
language plpgsql stable set search_path = core, pg_temp as $$
declare
    categories jsonb;
    products   bigint[];
begin
    select coalesce(jsonb_agg(jsonb_build_object(
               'kind', 'category', 'id', near.id, 'slug', near.slug,
               'text', near.name)), '[]')
    into categories
    from (select c.id, c.slug, c.name
          from core.category c
          where to_tsvector('core.code', core.plain(c.name))
                || to_tsvector('core.pt', core.plain(c.name)) @@ wanted
          order by cardinality(c.path), c.position, c.id
          limit least(3, suggestions."limit")) near;

    products := core.popular_hits(core.names_only(wanted),
                                  suggestions."limit"
                                  - jsonb_array_length(categories));

    return categories || (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'kind', 'product', 'id', p.id, 'slug', p.slug,
                   'text', p.name)
                   order by l.popularity desc, p.id desc), '[]')
        from core.product p
        join core.product_listing l on l.product_id = p.id
                                       and l.category_id = 0
        where p.id = any (products));
end
$$;


-- The same words, in names only: those have weight A.

create or replace function core.names_only(wanted tsquery) returns tsquery
language sql immutable parallel safe as $$
    select regexp_replace(wanted::text, '(''[^'']*'')(?::(\*))?', '\1:\2A',
                          'g')::tsquery
$$;


-- The most popular products on sale that match.

create or replace function core.popular_hits(wanted tsquery, "limit" int)
    returns bigint[]
language plpgsql stable set search_path = core, pg_temp as $$
declare
    ordered record;
    found   bigint[];
begin
    ordered := core.list_order(array['-popularity'], null);

    if core.worth_walking(core.expected_hits(wanted), null,
                          popular_hits."limit")
    then
        found := core.list_walk(core.list_rows(null, null, null, null, null,
                                               null, 'active', null),
                                ordered.order_by, null, wanted,
                                popular_hits."limit");
    end if;

    if found is null then
        execute format('select array(select l.product_id from (%s) l '
                       'order by %s limit %s)',
                       core.list_rows(wanted, null, null, null, null, null,
                                      'active', null),
                       ordered.order_by, popular_hits."limit")
        into found;
    end if;

    return found;
end
$$;
