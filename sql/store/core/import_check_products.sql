-- Checks the staged rows of a file of products: each becomes an item of a
-- batch, or a refusal that says all that is wrong with it.
--
-- Rows with the same product (column `product`, or the product that the SKU
-- already belongs to, or the SKU itself) are variants of one product; they
-- are taken together or refused together, and never split over two batches.

create or replace function core.import_check_products(i core.import)
    returns void
language plpgsql as $$
declare
    header  jsonb := (select jsonb_object_agg(m.target, m.header)
                      from core.import_map(i.columns, i.format) m
                      where m.target not in ('attr', 'option', 'note'));
begin
    execute 'with cells as materialized (' || core.import_cells(i) || $sql$),
    known as (
        select c.*, v.id as variant_id, v.product_id, p.id as slug_id,
               case when v.id is not null then 'id:' || v.product_id
                    else coalesce('slug:' || c.product, 'sku:' || c.sku,
                                  'line:' || c.line) end as grp
        from cells c
        left join core.variant v on v.sku = c.sku
        left join core.product p on p.slug = c.product
    ),
    -- a new variant of a known product belongs to the rows of that product
    grouped as (
        select k.*, case when k.variant_id is null and k.slug_id is not null
                         then 'id:' || k.slug_id else k.grp end as grp_id
        from known k
    ),
    seen as (
        select g.*,
               row_number() over (partition by g.sku order by g.line) as nth,
               max(g.name) over (partition by g.grp_id) as any_name
        from grouped g
    ),
    judged as (
        select s.*, a.amount,
               core.import_status(s.status) as status_value,
               core.import_boolean(s.active) as active_value,
               core.import_count(s.stock) as stock_value,
               core.import_count(s.weight) as weight_value,
               core.import_paths(s.category) as paths,
               array_remove(array[
            core.import_fault($1, '', coalesce(s.problem,
                case when cardinality(s.fields) <> $2
                     then 'wrong_field_count' end), null),
            core.import_fault($1, 'sku', case
                when s.sku is null then 'required'
                when length(s.sku) > 64
                     or s.sku !~ '^[[:graph:]]( ?[[:graph:]])*$'
                     then 'invalid_sku'
                when s.nth > 1 then 'duplicate_sku' end, s.sku),
            core.import_fault($1, 'product', case
                when s.product !~ '^[a-z0-9]+(-[a-z0-9]+)*$'
                     or s.product ~ '^[0-9]+$' or length(s.product) > 240
                     then 'invalid_product'
                when s.variant_id is not null and s.product is not null
                     and s.slug_id is distinct from s.product_id
                     then 'product_mismatch' end, s.product),
            core.import_fault($1, 'name', case
                when length(s.name) > 200 then 'too_long'
                when s.any_name is null and s.grp_id not like 'id:%'
                     then 'required' end, s.name),
            core.import_fault($1, 'description', case
                when length(s.description) > 20000 then 'too_long' end, null),
            core.import_fault($1, 'price', case
                when a.problem is not null then a.problem
                when s.price is null and s.variant_id is null
                     then 'required' end, s.price),
            core.import_fault($1, 'currency', case
                when s.currency !~ '^[A-Z]{3}$' then 'invalid_currency' end,
                s.currency),
            core.import_fault($1, 'category', case
                when s.category is not null
                     and core.import_paths(s.category) is null
                     then 'invalid_category' end, s.category),
            core.import_fault($1, 'stock', case
                when s.stock is not null
                     and core.import_count(s.stock) is null
                     then 'not_a_number' end, s.stock),
            core.import_fault($1, 'status', case
                when s.status is not null
                     and core.import_status(s.status) is null
                     then 'invalid_status' end, s.status),
            core.import_fault($1, 'variant', case
                when length(s.variant) > 200 then 'too_long' end, null),
            core.import_fault($1, 'tax_class', case
                when s.tax_class !~ '^[a-z][a-z0-9_]{0,30}$'
                     then 'invalid_tax_class' end, s.tax_class),
            core.import_fault($1, 'weight', case
                when s.weight is not null
                     and core.import_count(s.weight) is null
                     then 'not_a_number' end, s.weight),
            core.import_fault($1, 'active', case
                when s.active is not null
                     and core.import_boolean(s.active) is null
                     then 'invalid_boolean' end, s.active)
               ], null) as faults
        from seen s
        cross join lateral core.import_amount(s.price, $3, $4) a
    ),
    -- a row that is broken, or stands with a broken one
    verdict as materialized (
        select j.*, j.faults <> '{}' as broken,
               bool_or(j.faults <> '{}') over (partition by j.grp_id)
                   as refused,
               min(j.line) over (partition by j.grp_id) as first
        from judged j
    ),
    refusals as (
        insert into core.import_refusal (import_id, line, fields, errors)
        select $5, v.line, v.fields,
               case when v.broken then to_jsonb(v.faults)
                    else jsonb_build_array(core.import_fault($1, 'sku',
                             'sibling_refused', v.sku)) end
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
    select $5, (min(p.n) over (partition by p.grp_id) - 1) / $6 + 1, p.line,
           p.sku, p.grp_id, p.product, p.name, p.description,
           p.status_value, p.attrs, p.paths, p.variant, p.options, p.amount,
           p.currency, p.tax_class, p.weight_value, p.active_value,
           p.stock_value
    from placed p$sql$
    using header, cardinality(i.columns),
          coalesce(i.options ->> 'decimal', 'auto'),
          (i.options ->> 'price_scale')::int, i.id,
          core.import_batch_size();
end
$$;


-- Items of one transaction of the merge: short enough that whoever waits for
-- one of its products hardly notices.
create or replace function core.import_batch_size() returns int
language sql immutable parallel safe as $$ select 1000 $$;
