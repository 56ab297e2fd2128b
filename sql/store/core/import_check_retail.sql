-- Checks the staged rows of a file of sales (format online-retail: invoice,
-- stock code, description, quantity, date, unit price, customer) and makes
-- one item of each stock code:
--
--   name      the newest description of a line that was sold, else the
--             newest of any line (remarks like 'damaged' stand on lines
--             without a price), else the code
--   price     the newest price above zero, in minor units, rounded half up
--   received  all that ever leaves, so that history never lacks stock: what
--             the sales take, and what adjustments write off
--   service   codes of postage, fees, vouchers and corrections become draft
--             products of tax class 'service', not shown to customers
--
-- An invoice without customer whose lines all cost nothing adjusts stock:
-- its quantities are what came in (found) or went (damaged, lost).

create or replace function core.import_check_retail(i core.import)
    returns void
language plpgsql as $$
begin
    execute 'with cells as materialized (' || core.import_cells(i) || $sql$),
    judged as materialized (
        select c.line, c.fields, c.invoice, c.sku, c.description, c.customer,
               case when c.quantity ~ '^-?[0-9]{1,9}$'
                    then c.quantity::bigint end as quantity,
               case when c.price ~ '^-?[0-9]{1,12}([.][0-9]{1,6})?$'
                    then c.price::numeric end as price, c.date,
               array_remove(array[
            case when c.problem is not null then ' ' || c.problem
                 when cardinality(c.fields) <> $2
                 then ' wrong_field_count' end,
            case when c.invoice is null then 'invoice required' end,
            case when c.sku is null then 'sku required'
                 when length(c.sku) > 64
                      or c.sku !~ '^[[:graph:]]( ?[[:graph:]])*$'
                 then 'sku invalid_sku' end,
            case when length(c.description) > 200
                 then 'description too_long' end,
            case when c.quantity is null then 'quantity required'
                 when c.quantity !~ '^-?[0-9]{1,9}$'
                 then 'quantity not_a_number' end,
            case when c.date is null then 'date required'
                 when c.date !~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}'
                                 '[ T0-9:.]{0,16}$')
                 then 'date invalid_date' end,
            case when c.price is null then 'price required'
                 when c.price !~ '^-?[0-9]{1,12}([.][0-9]{1,6})?$'
                 then 'price not_a_number' end
               ], null) as faults
        from cells c
    ),
    refusals as (
        insert into core.import_refusal (import_id, line, fields, errors)
        select $3, j.line, j.fields,
               core.import_faults($1, j.faults, to_jsonb(j))
        from judged j where j.faults <> '{}'
    ),
    adjusting as materialized (
        select j.invoice
        from judged j where j.faults = '{}' and j.invoice not like 'C%'
        group by j.invoice
        having bool_and(j.price = 0 and j.customer is null)
    ),
    codes as (
        select j.sku, min(j.line) as line,
               (array_agg(j.description order by j.price > 0 desc,
                          j.date desc, j.line desc)
                   filter (where j.description is not null))[1] as name,
               (array_agg(j.price order by j.date desc, j.line desc)
                   filter (where j.price > 0))[1] as price,
               coalesce(sum(case when j.invoice like 'C%' or j.price < 0 then 0
                        when a.invoice is not null
                        then greatest(-j.quantity, 0)
                        else greatest(j.quantity, 0) end), 0) as leaves,
               j.sku !~ '^([0-9]{5}|DCGS|PADS$)' as service
        from judged j
        left join adjusting a on a.invoice = j.invoice
        where j.faults = '{}'
        group by j.sku
    )
    insert into core.import_item
           (import_id, batch, line, sku, product, name, status, attributes,
            price, currency, tax_class, received)
    select $3, (row_number() over (order by c.line) - 1) / $4 + 1, c.line,
           c.sku, 'sku:' || c.sku, coalesce(c.name, c.sku),
           case when c.service then 'draft' end,
           case when c.service then '{"kind": "service"}'::jsonb end,
           round(coalesce(c.price, 0) * 100)::bigint, $5,
           case when c.service then 'service' end, nullif(c.leaves, 0)
    from codes c$sql$
    using core.import_header(i), cardinality(i.columns), i.id, core.import_batch_size(),
          core.import_currency(i);
end
$$;
