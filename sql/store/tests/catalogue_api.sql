-- The functions of the catalogue, called as the gateway calls them.

begin;
select plan(63);

create temporary view staff as
select '{"sub": "0190163d-8694-739b-aea5-966c26f8ad91",
         "scopes": ["shop", "catalog:write"]}'::jsonb as principal;

create function pg_temp.brl(amount bigint) returns jsonb language sql as
$$ select jsonb_build_object('amount', amount, 'currency', 'BRL') $$;

create function pg_temp.make(body jsonb) returns api.product_saved
language sql as
$$ select p from staff, api.create_product(body, principal) p $$;

create function pg_temp.list(
        q text default null, category text default null,
        price_min bigint default null, price_max bigint default null,
        in_stock boolean default null, status text default null,
        attr jsonb default null, ids bigint[] default null,
        sort text[] default null, "limit" int default 201,
        cursor jsonb default null, count text default null,
        facets text[] default null, principal jsonb default null)
    returns setof api.product_listed language sql as $$
    select * from api.list_products(q, category, price_min, price_max,
        in_stock, status, attr, ids, sort, "limit", cursor, count, facets,
        principal)
$$;

-- What a write is refused with: its code, and the pointers of its errors.
create function pg_temp.refused(statement text) returns text
language plpgsql as $$
declare
    detail text;
begin
    execute statement;
    return 'done';
exception when others then
    get stacked diagnostics detail = pg_exception_detail;
    return concat_ws(' ', substr(sqlstate, 3), sqlerrm,
                     (select string_agg(e ->> 'pointer', ' ')
                      from jsonb_array_elements(
                               nullif(detail, '')::jsonb -> 'errors') e));
end
$$;


-- Categories.

create temporary table home as
select c.* from staff, api.create_category('{"name": "Casa"}', principal) c;
create temporary table kitchen as
select c.* from staff, home, api.create_category(
    jsonb_build_object('name', 'Cozinha & Mesa', 'parent_id', home.id),
    principal) c;

select is(slug, 'cozinha-mesa', 'a slug from the name') from kitchen;
select is(_status || ' ' || _location, '201 /api/v1/categories/' || id,
          'created, and where') from kitchen;
select is(kitchen.path, array[home.id, kitchen.id], 'below its parent')
from home, kitchen;
select is(c.slug, 'cozinha-mesa-' || c.id, 'the same name, another slug')
from staff, api.create_category('{"name": "Cozinha, mesa"}', principal) c;
select is(pg_temp.refused($$select api.create_category(
              '{"name": "X", "slug": "casa"}', '{}')$$),
          '409 slug_taken /slug', 'a given slug must be free');
select is(pg_temp.refused($$select api.create_category(
              '{"name": "X", "parent_id": 99}', '{}')$$),
          '422 unknown_category /parent_id', 'a parent must be there');
select is(jsonb_path_query_array(t.data, '$[0].children[*].slug'),
          '["cozinha-mesa"]', 'the tree has branches')
from api.get_category_tree(null) t;
select is(t.data #>> '{0,slug}', 'cozinha-mesa', 'and starts where asked')
from api.get_category_tree('casa') t;


-- Creating.

create temporary table cup as
select (p).* from kitchen, pg_temp.make(jsonb_build_object(
    'name', 'Xícara de Café', 'sku', 'CUP', 'price', pg_temp.brl(1500),
    'category_ids', jsonb_build_array(kitchen.id),
    'attributes', '{"cor": "azul", "peso": 1.5, "nada": null}'::jsonb)) p;

select is(_status || ' ' || _location, '201 /api/v1/products/' || id,
          'created, and where') from cup;
select is(slug, 'xicara-de-cafe', 'a slug from the name') from cup;
select is(version, 1::bigint, 'version 1') from cup;
select is(attributes, '{"cor": "azul", "peso": 1.5}', 'null is no attribute')
from cup;
select is(variants -> 0 ->> 'sku', 'CUP', 'its variant') from cup;

create temporary table shirt as
select (p).* from pg_temp.make('{
    "name": "Camiseta", "price": {"amount": 5000, "currency": "BRL"},
    "variants": [
        {"sku": "SH-P", "options": {"tamanho": "P"}},
        {"sku": "SH-G", "options": {"tamanho": "G"},
         "price": {"amount": 5500, "currency": "BRL"}}],
    "images": [{"url": "/a.svg"}, {"url": "/b.svg", "alt": "B"}]}') p;

select is(jsonb_path_query_array(variants, '$[*].price.amount'),
          '[5000, 5500]', 'prices of their own, or the product''s')
from shirt;
select is(jsonb_path_query_array(images, '$[*].url'), '["/a.svg", "/b.svg"]',
          'images in order') from shirt;

select is(pg_temp.refused($$select pg_temp.make('{"name": "X",
              "sku": "CUP", "price": {"amount": 1, "currency": "BRL"}}')$$),
          '409 sku_taken /sku', 'a sku is taken once');
select is(pg_temp.refused($$select pg_temp.make('{"name": "X"}')$$),
          '422 validation_failed /sku', 'a product needs a sku');
select is(pg_temp.refused($$select pg_temp.make('{"name": "X", "sku": "N"}')$$),
          '422 validation_failed /price', 'and a price');
select is(pg_temp.refused($$select pg_temp.make('{"name": "X", "sku": "N",
              "price": {"amount": 1, "currency": "BRL"},
              "category_ids": [99], "slug": "camiseta"}')$$),
          '422 validation_failed /category_ids/0 /slug',
          'everything wrong at once');
select is(pg_temp.refused($$select pg_temp.make('{"name": "X", "sku": "N",
              "price": {"amount": 1, "currency": "BRL"}, "variants": [
              {"sku": "N2", "price": {"amount": 1, "currency": "EUR"}}]}')$$),
          '422 currency_mismatch /variants/0/price/currency',
          'one currency for a product');


-- Reading.

select is(g.id, cup.id, 'by slug') from cup, api.get_product(cup.slug, null) g;
select is(g::text, (select p::text from api.get_product(cup.slug, null) p),
          'the same by id') from cup, api.get_product(cup.id::text, null) g;
select is((select count(*) from api.get_product('99999999999999999999',
                                                null)), 0::bigint,
          'an id beyond all bounds is nobody''s');

create temporary table draft as
select (p).* from pg_temp.make('{"name": "Rascunho", "sku": "D",
    "status": "draft", "price": {"amount": 1, "currency": "BRL"}}') p;
select is((select count(*) from draft, api.get_product(draft.slug, null)),
          0::bigint, 'a draft is not shown');
select is((select count(*) from draft, staff,
                                api.get_product(draft.slug, principal)),
          1::bigint, 'but to staff');
select is((select count(*) from pg_temp.list()), 2::bigint, 'nor listed');
select is((select count(*) from staff,
                  pg_temp.list(principal => staff.principal)), 3::bigint,
          'but to staff');
select is((select count(*) from staff,
                  pg_temp.list(status => 'draft',
                               principal => staff.principal)), 1::bigint,
          'who may ask for drafts alone');
select is(pg_temp.refused($$select pg_temp.list(status => 'draft')$$),
          '403 forbidden', 'others may not');


-- Filters, orders, pages.

select is(array(select l.slug from pg_temp.list(category => 'casa') l), '{xicara-de-cafe}',
          'a category holds what is below it');
select is((select count(*) from pg_temp.list(category => 'nenhuma')),
          0::bigint, 'of no category there is nothing');
select is(array(select l.slug from pg_temp.list(
              attr => '{"tamanho": ["G", "XG"]}') l), '{camiseta}',
          'an option is an attribute, values are alternatives');
select is((select count(*) from pg_temp.list(
              attr => '{"tamanho": ["G"], "cor": ["azul"]}')), 0::bigint,
          'names must all hold');
select is(array(select l.slug from pg_temp.list(
              price_min => 1000, price_max => 2000) l), '{xicara-de-cafe}',
          'by price');
select is(array(select l.slug from pg_temp.list(sort => '{-price}') l),
          '{camiseta,xicara-de-cafe}', 'sorted');
select is(array(select l._total from pg_temp.list(count => 'exact') l),
          '{2,2}', 'counted');

select pg_temp.make(jsonb_build_object(
           'name', 'Item ' || n % 7, 'sku', 'I' || n,
           'price', pg_temp.brl(n % 5)))
from generate_series(1, 60) n \g /dev/null

create function pg_temp.walk(sort text[], q text default null)
    returns bigint[] language plpgsql as $$
declare
    seen bigint[] := '{}';
    page bigint[];
    at   jsonb;
begin
    loop
        select array_agg(l.id order by n), (array_agg(l._cursor
                                                      order by n desc))[1]
        into page, at
        from pg_temp.list(q, sort => sort, "limit" => 7, cursor => at)
                 with ordinality l (id, slug, name, status, price,
                                    availability, categories, images,
                                    version, created_at, updated_at, _cursor,
                                    _total, _facets, n);
        exit when page is null;
        seen := seen || page;
    end loop;
    return seen;
end
$$;

select is(pg_temp.walk(sort),
          array(select l.id from pg_temp.list(sort => sort) l),
          'pages by ' || sort::text || ' are the whole')
from (values ('{price}'::text[]), ('{-price}'), ('{name}'), ('{-name}'),
             ('{created_at}'), ('{-popularity}'), ('{-price,name}'),
             ('{name,-price}')) sorts (sort);
select is(array_length(pg_temp.walk(null, 'item'), 1), 60,
          'pages of a search, too');


-- Searching.

select is(array(select l.slug from pg_temp.list(q) l), '{xicara-de-cafe}',
          q || ' is found')
from unnest(array['cafe', 'xicaras', 'CAFÉ', 'xicra', 'cup', 'xic',
                  'cozinha', 'azul']) q;
select is((select count(*) from pg_temp.list('xyzzy')), 0::bigint,
          'what is not there is not found');
select is(s.suggestions #>> '{0,text}', 'Xícara de Café', 'suggested')
from api.search_suggest('xica', 5) s;
select is(s.suggestions #>> '{0,kind}', 'category', 'categories first')
from api.search_suggest('cozi', 5) s;
select is(f._facets #>> '{category,0,slug}', 'casa', 'facets count')
from pg_temp.list('cafe', facets => '{category,price}', "limit" => 1) f;


-- Changing.

select is(p.attributes || jsonb_build_object('version', p.version),
          '{"peso": 1.5, "novo": true, "version": 1}',
          'attributes are merged')
from cup, staff, api.update_product(cup.slug,
    '{"attributes": {"cor": null, "novo": true}}', principal, 1) p;
select is(pg_temp.refused($$select api.update_product('xicara-de-cafe',
              '{"name": "Y"}', '{}', 9)$$), '412 version_mismatch',
          'of the version that was meant');
select is(pg_temp.refused($$select api.update_product('xicara-de-cafe',
              '{"price": {"amount": 2, "currency": "BRL"}}', '{}', null)$$),
          '428 if_match_required', 'a price needs a version');
select is(pg_temp.refused($$select api.update_product('camiseta',
              '{"price": {"amount": 2, "currency": "BRL"}}', '{}', 1)$$),
          '409 price_is_per_variant /price',
          'and variants that share it');
select is(jsonb_path_query_array(p.variants, '$[*].sku'), '["SH-G", "SH-M"]',
          'a list of variants replaces')
from staff, api.update_product('camiseta', '{"variants": [
    {"sku": "SH-G"}, {"sku": "SH-M", "price": {"amount": 1,
                                               "currency": "BRL"}}]}',
    principal, 1) p;

select is(b.created || ' ' || b.updated || ' ' || b.failed || ' '
          || jsonb_path_query_array(b.results, '$[*].errors[*].code'),
          '1 1 3 ["product_not_found", "sku_taken", "required"]',
          'a batch, each item for itself')
from staff, api.batch_products('{"products": [
    {"sku": "CUP", "name": "Xícara"},
    {"id": 999, "name": "X"},
    {"sku": "B1", "name": "B", "price": {"amount": 1, "currency": "BRL"}},
    {"sku": "B1", "name": "B", "price": {"amount": 1, "currency": "BRL"}},
    {"sku": "B2", "price": {"amount": 1, "currency": "BRL"}}]}',
    principal) b;

select * from finish();
rollback;
