-- Checks the staged rows of a file of products: each becomes an item of a
-- batch, or a refusal that says all that is wrong with it.
--
-- Rows with the same product (column `product`, or the product that the SKU
-- already belongs to, or the SKU itself) are variants of one product; they
-- are taken together or refused together, and never split over two batches.

create or replace function core.import_check_products(i core.import)
    returns void
language plpgsql as $$
begin
    execute 'with cells as materialized (' || core.import_cells(i) || $sql$),
    -- what is there already; a new variant of a known product belongs to the
    -- rows of that product
    known as (
        select c.*, v.id as variant_id, v.product_id, p.id as slug_id,
               case when coalesce(v.product_id, p.id) is not null
                    then 'id:' || coalesce(v.product_id, p.id)
                    else coalesce('slug:' || c.product, 'sku:' || c.sku,
                                  'line:' || c.line) end as grp
        from cells c
        left join core.variant v on v.sku = c.sku
        left join core.product p on p.slug = c.product
    ),
    parsed as materialized (
        select k.*, a.amount, a.problem as price_problem,
               core.import_status(k.status) as status_value,
               core.import_boolean(k.active) as active_value,
               core.import_count(k.stock) as stock_value,
               core.import_count(k.weight) as weight_value,
               core.import_paths(k.category) as paths,
               row_number() over (partition by k.sku order by k.line) as nth,
               max(k.name) over (partition by k.grp) as any_name
        from known k
        cross join lateral core.import_amount(k.price, $1, $2) a
    ),
    judged as (
        select s.*, array_remove(array[
            case when s.problem is not null then ' ' || s.problem
                 when cardinality(s.fields) <> $3
                 then ' wrong_field_count' end,
            case when s.sku is null then 'sku required'
                 when length(s.sku) > 64
                      or s.sku !~ '^[[:graph:]]( ?[[:graph:]])*$'
                 then 'sku invalid_sku'
                 when s.nth > 1 then 'sku duplicate_sku' end,
            case when s.product !~ '^[a-z0-9]+(-[a-z0-9]+)*$'
                      or s.product ~ '^[0-9]+$' or length(s.product) > 240
                 then 'product invalid_product'
                 when s.variant_id is not null and s.product is not null
                      and s.slug_id is distinct from s.product_id
                 then 'product product_mismatch' end,
            case when length(s.name) > 200 then 'name too_long'
                 when s.any_name is null and s.grp not like 'id:%'
                 then 'name required' end,
            case when length(s.description) > 20000
                 then 'description too_long' end,
            case when s.price_problem is not null
                 then 'price ' || s.price_problem
                 when s.price is null and s.variant_id is null
                 then 'price required' end,
            case when s.currency !~ '^[A-Z]{3}$'
                 then 'currency invalid_currency' end,
            case when s.category is not null and s.paths is null
                 then 'category invalid_category' end,
            case when s.stock is not null and s.stock_value is null
                 then 'stock not_a_number' end,
            case when s.status is not null and s.status_value is null
                 then 'status invalid_status' end,
            case when length(s.variant) > 200 then 'variant too_long' end,
            case when s.tax_class !~ '^[a-z][a-z0-9_]{0,30}$'
                 then 'tax_class invalid_tax_class' end,
            case when s.weight is not null and s.weight_value is null
                 then 'weight not_a_number' end,
            case when s.active is not null and s.active_value is null
                 then 'active invalid_boolean' end
               ], null) as faults
        from parsed s
    ),
    -- a row that is broken, or stands with a broken one
    verdict as materialized (
        select j.*, bool_or(j.faults <> '{}') over (partition by j.grp)
                   as refused,
               min(j.line) over (partition by j.grp) as first
        from judged j
    ),
    refusals as (
        insert into core.import_refusal (import_id, line, fields, errors)
        select $4, v.line, v.fields,
               core.import_faults($5, case when v.faults = '{}'
                                           then array['sku sibling_refused']
                                           else v.faults end,
                                  to_jsonb(v))
        from verdict v where v.refused
    ),
    placed as (
        select v.*, row_number() over (order by v.first, v.line) as n
        from verdict v where not v.refused
    )
    insert into core.import_item
           (import_id, batch, line, sku, product, slug, name, description,
            status, attributes, categories, variant, options, price,
            currency, tax_class, weight, active, stock)
    select $4, (min(p.n) over (partition by p.grp) - 1) / $6 + 1, p.line,
           p.sku, p.grp, p.product, p.name, p.description,
           p.status_value, p.attrs, p.paths, p.variant, p.options, p.amount,
           p.currency, p.tax_class, p.weight_value, p.active_value,
           p.stock_value
    from placed p$sql$
    using coalesce(i.options ->> 'decimal', 'auto'),
          (i.options ->> 'price_scale')::int, cardinality(i.columns), i.id,
          core.import_header(i), core.import_batch_size();
end
$$;


-- Items of one transaction of the merge: short enough that whoever waits for
-- one of its products hardly notices.
create or replace function core.import_batch_size() returns int
language sql immutable parallel safe as $$ select 1000 $$;


-- The file's names of the columns, by what they mean.
create or replace function core.import_header(i core.import) returns jsonb
language sql stable as $$
    select coalesce(jsonb_object_agg(m.target, m.header), '{}')
    from core.import_map(i.columns, i.format) m
    where m.target not in ('attr', 'option', 'note')
$$;


-- Faults ('price not_a_number') as they are kept and shown: with the column
-- as the file calls it and the cell.
create or replace function core.import_faults(header jsonb, faults text[],
                                              cells jsonb)
    returns jsonb
language sql immutable parallel safe as $$
    select jsonb_agg(jsonb_build_object(
               'column', coalesce(header ->> f.target, f.target),
               'code', f.code, 'value', left(cells ->> f.target, 200))
               order by f.n)
    from (select split_part(fault, ' ', 1), split_part(fault, ' ', 2), n
          from unnest(faults) with ordinality u (fault, n))
             f (target, code, n)
$$;
