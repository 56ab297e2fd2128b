-- What is wrong with a set of products to save, told before anything is
-- written.  An item is
--
--   {"n": 3, "at": "/items/3", "id": 42 | null, "set": {members of the API}}
--
-- as core.save_products takes it; at is where its members stand in the
-- request.


-- The variants that the items ask for, numbered in order from zero.  A sku at
-- the top names the first one; prices and the like at the top are what the
-- others fall back to.

create or replace function core.wanted_variants(items jsonb)
    returns table (n int, product_id bigint, ord int, pointer text, doc jsonb)
language sql immutable as $$
    with item as (
        select (i ->> 'n')::int as n, (i ->> 'id')::bigint as product_id,
               i ->> 'at' as at, i -> 'set' as set,
               coalesce(i -> 'set' -> 'variants', '[]') as variants
        from jsonb_array_elements(items) i
        where i -> 'set' ? 'variants' or i ->> 'id' is null
              or (i ->> 'new')::boolean)
    select item.n, item.product_id, 0, item.at,
           jsonb_strip_nulls(jsonb_build_object(
               'sku', item.set -> 'sku', 'price', item.set -> 'price',
               'tax_class', item.set -> 'tax_class',
               'weight_grams', item.set -> 'weight_grams',
               'stock', item.set -> 'stock'))
    from item
    where item.set ? 'sku'
          and not exists (select from jsonb_array_elements(item.variants) v
                          where v ->> 'sku' = item.set ->> 'sku')
    union all
    select item.n, item.product_id, v.ord::int, item.at || '/variants/'
           || v.ord - 1,
           jsonb_strip_nulls(jsonb_build_object(
               'price', item.set -> 'price',
               'tax_class', item.set -> 'tax_class',
               'weight_grams', item.set -> 'weight_grams',
               'stock', case when v.ord = 1 and (not item.set ? 'sku'
                                  or v.doc ->> 'sku' = item.set ->> 'sku')
                        then item.set -> 'stock' end))
           || v.doc
    from item,
         jsonb_array_elements(item.variants) with ordinality v (doc, ord)
$$;


create or replace function core.check_products(items jsonb)
    returns table (n int, status int, code text, pointer text)
language plpgsql stable set search_path = core, pg_temp as $$
begin
    return query
    with item as materialized (
        select (i ->> 'n')::int as n, (i ->> 'id')::bigint as id,
               i ->> 'at' as at, i -> 'set' as set
        from jsonb_array_elements(items) i),
    wanted as materialized (
        select w.*, first_value(w.doc -> 'price' ->> 'currency') over (
                        partition by w.n
                        order by not w.doc ? 'price', w.ord) as currency
        from core.wanted_variants(items) w),
    -- Every code that some item wants, for a product it has or is to be.
    sku as (
        select s.*, row_number() over (partition by s.sku
                                       order by s.n, s.pointer) as turn
        from (select w.n, w.product_id as id, w.pointer || '/sku' as pointer,
                     w.doc ->> 'sku' as sku
              from wanted w
              union all
              select i.n, i.id, i.at || '/sku', i.set ->> 'sku'
              from item i
              where i.id is not null and not i.set ? 'variants'
                    and i.set ? 'sku') s
        where s.sku is not null)

    -- Required of a new product.
    select i.n, 422, 'required', i.at || '/name'
    from item i where i.id is null and not i.set ? 'name'
    union all
    select i.n, 422, 'required', i.at || '/sku'
    from item i
    where i.id is null and not i.set ? 'sku'
          and coalesce(jsonb_array_length(i.set -> 'variants'), 0) = 0
    union all
    select w.n, 422, 'required', w.pointer || '/price'
    from wanted w
    where not w.doc ? 'price'
          and not exists (select from core.variant v
                          where v.product_id = w.product_id
                                and (v.id = (w.doc ->> 'id')::bigint
                                     or v.sku = w.doc ->> 'sku'))
    union all
    select w.n, 422, 'required', w.pointer || '/sku'
    from wanted w
    where not w.doc ? 'sku' and not w.doc ? 'id'

    -- Variants must be the product's own.
    union all
    select w.n, 422, 'unknown_variant', w.pointer || '/id'
    from wanted w
    where w.doc ? 'id'
          and not exists (select from core.variant v
                          where v.id = (w.doc ->> 'id')::bigint
                                and v.product_id = w.product_id)

    -- Codes are unique in the shop and in the request.
    union all
    select s.n, 409, 'sku_taken', s.pointer
    from sku s
    where s.turn > 1
          or exists (select from core.variant v
                     where v.sku = s.sku
                           and v.product_id is distinct from s.id)
    union all
    select t.n, 409, 'slug_taken', t.at || '/slug'
    from (select i.n, i.id, i.at, i.set ->> 'slug' as slug,
                 row_number() over (partition by i.set ->> 'slug'
                                    order by i.n) as turn
          from item i where i.set ->> 'slug' is not null) t
    where t.turn > 1
          or exists (select from core.product p
                     where p.slug = t.slug and p.id is distinct from t.id)
    union all
    select t.n, 409, 'external_id_taken', t.at || '/external_id'
    from (select i.n, i.id, i.at, i.set ->> 'source' as source,
                 i.set ->> 'external_id' as external_id,
                 row_number() over (partition by i.set ->> 'source',
                                                 i.set ->> 'external_id'
                                    order by i.n) as turn
          from item i
          where i.set ->> 'source' is not null
                and i.set ->> 'external_id' is not null) t
    where t.turn > 1
          or exists (select from core.product p
                     where p.source = t.source
                           and p.external_id = t.external_id
                           and p.id is distinct from t.id)

    union all
    select i.n, 422, 'unknown_category',
           i.at || '/category_ids/' || c.ord - 1
    from item i,
         jsonb_array_elements_text(nullif(i.set -> 'category_ids', 'null'))
             with ordinality c (id, ord)
    where not exists (select from core.category k where k.id = c.id::bigint)
    union all
    select i.n, 422, 'unknown_product', i.at || '/related_ids/' || r.ord - 1
    from item i,
         jsonb_array_elements_text(i.set -> 'related_ids')
             with ordinality r (id, ord)
    where r.id::bigint = i.id
          or not exists (select from core.product p where p.id = r.id::bigint)
    union all
    select w.n, 422, 'unknown_location', w.pointer || '/stock/location_id'
    from wanted w
    where w.doc -> 'stock' ? 'location_id'
          and not exists (select from core.location l
                          where l.id = (w.doc -> 'stock'
                                        ->> 'location_id')::bigint)

    -- One product, one currency.
    union all
    select w.n, 422, 'currency_mismatch', w.pointer || '/price/currency'
    from wanted w
    where w.doc -> 'price' ->> 'currency' <> w.currency

    -- Without naming variants, code and price mean the only one, or the
    -- price that all share.
    union all
    select i.n, 409, 'sku_is_per_variant', i.at || '/sku'
    from item i
    where i.id is not null and not i.set ? 'variants' and i.set ? 'sku'
          and not exists (select from core.variant v
                          where v.product_id = i.id
                                and v.sku = i.set ->> 'sku')
          and (select count(*) from core.variant v
               where v.product_id = i.id) > 1
    union all
    select i.n, 409, 'price_is_per_variant', i.at || '/price'
    from item i
    where i.id is not null and not i.set ? 'variants' and i.set ? 'price'
          and not exists (select from core.variant v
                          where v.product_id = i.id
                                and v.sku = i.set ->> 'sku')
          and (select count(distinct (v.price_amount, v.currency))
               from core.variant v
               where v.product_id = i.id and v.active) > 1;
end
$$;


-- Raises what check_products found, when it found anything: the code itself
-- when there is one kind of it, else validation_failed with all of them.

create or replace function core.refuse_products(items jsonb) returns void
language plpgsql stable set search_path = core, pg_temp
    set jit = off as $$
declare
    codes  text[];
    status int;
    errors jsonb;
begin
    select array_agg(distinct c.code), max(c.status),
           jsonb_agg(jsonb_build_object('pointer', c.pointer,
                                        'code', c.code) order by c.pointer)
    into codes, status, errors
    from core.check_products(items) c;

    if codes is null then
        return;
    end if;

    if cardinality(codes) > 1 or codes[1] = 'required' then
        perform core.fail('validation_failed', 422,
                          jsonb_build_object('errors', errors));
    end if;

    perform core.fail(codes[1], status, jsonb_build_object('errors', errors));
end
$$;
