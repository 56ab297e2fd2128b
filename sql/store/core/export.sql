-- Plans of exported files (core.csv_plan). The columns of products and of
-- stock are those of an import, so that what is exported imports as unchanged;
-- columns import_* are for readers, and an import ignores them.


-- An amount as people write it. Imports read two decimals.
create or replace function core.csv_amount(amount bigint) returns text
language sql immutable parallel safe as $$
    select to_char(amount / 100.0, 'FM999999999999990.00')
$$;


-- Paths of the categories of a product.
create or replace function core.csv_categories(product_id bigint)
    returns text
language sql stable as $$
    select string_agg(l.path, '|' order by l.path)
    from core.product_category pc
    join core.category k on k.id = pc.category_id
    cross join lateral (
        select string_agg(a.name, ' > ' order by u.n)
        from unnest(k.path) with ordinality u (id, n)
        join core.category a on a.id = u.id) l (path)
    where pc.product_id = csv_categories.product_id
$$;


create or replace function core.export_products(separator text)
    returns table (head text, copy text)
language plpgsql stable as $$
declare
    attrs  text[] := array(select distinct k
                           from core.product p, jsonb_object_keys(p.attributes)
                                as k order by k);
    opts   text[] := array(select distinct k
                           from core.variant v, jsonb_object_keys(v.options)
                                as k order by k);
begin
    -- a row of PostgreSQL has at most 1,664 columns
    if cardinality(attrs) + cardinality(opts) > 1600 then
        perform core.fail('too_many_attributes', 422);
    end if;

    return query select * from core.csv_plan(
        array['sku', 'product', 'name', 'description', 'price', 'currency',
              'category', 'stock', 'status', 'variant', 'tax_class', 'weight',
              'active']
        || array(select 'attr:' || k from unnest(attrs) k)
        || array(select 'option:' || k from unnest(opts) k),
        array['core.csv_guard(v.sku)', 'p.slug', 'core.csv_guard(p.name)',
              'core.csv_guard(p.description)',
              'core.csv_amount(v.price_amount)', 'v.currency',
              'core.csv_guard(core.csv_categories(p.id))', 's.on_hand',
              'p.status', 'core.csv_guard(v.name)', 'v.tax_class',
              'v.weight_grams',
              $q$case when v.active then 'yes' else 'no' end$q$]
        || array(select format('core.csv_guard(core.import_attribute_cell('
                               'p.attributes -> %L))', k)
                 from unnest(attrs) k)
        || array(select format('core.csv_guard(core.import_attribute_cell('
                               'v.options -> %L))', k)
                 from unnest(opts) k),
        'from core.variant v join core.product p on p.id = v.product_id '
        'left join core.stock_level s '
        '       on s.variant_id = v.id and s.location_id = 1 '
        'order by v.id', export_products.separator);
end
$$;


create or replace function core.export_stock(location_id bigint,
                                             separator text)
    returns table (head text, copy text)
language sql stable as $$
    select * from core.csv_plan(
        array['sku', 'stock', 'import_product', 'import_location',
              'import_reserved', 'import_available', 'import_threshold'],
        array['core.csv_guard(v.sku)', 's.on_hand', 'core.csv_guard(p.name)',
              'core.csv_guard(l.name)', 's.reserved',
              's.on_hand - s.reserved', 's.threshold'],
        format('from core.stock_level s '
               'join core.variant v on v.id = s.variant_id '
               'join core.product p on p.id = v.product_id '
               'join core.location l on l.id = s.location_id '
               'where s.location_id = %L order by s.variant_id',
               export_stock.location_id), export_stock.separator)
$$;


-- A row a line; what is of the whole order stands in its first line only, so
-- that columns can be summed up.
create or replace function core.export_orders(status text,
                                              placed_from timestamptz,
                                              placed_to timestamptz,
                                              separator text)
    returns table (head text, copy text)
language sql stable as $$
    select * from core.csv_plan(
        array['number', 'placed_at', 'status', 'kind', 'reference',
              'customer_id', 'name', 'email', 'region', 'currency', 'line',
              'sku', 'product', 'quantity', 'unit_price', 'discount', 'tax',
              'line_total', 'subtotal', 'discount_total', 'shipping_total',
              'tax_total', 'total', 'shipping_method', 'payment_method'],
        array['o.number', 'core.rfc3339(o.placed_at)', 'o.status', 'o.kind',
              'core.csv_guard(o.reference)', 'o.customer_id',
              'core.csv_guard(o.name)', 'core.csv_guard(o.email)',
              'core.csv_guard(o.region)', 'o.currency', 'i.line',
              'core.csv_guard(i.sku)', 'core.csv_guard(i.name)', 'i.quantity',
              'core.csv_amount(i.unit_price)', 'core.csv_amount(i.discount)',
              'core.csv_amount(i.tax)', 'core.csv_amount(i.total)']
        || array(select format('case when i.line = 1 '
                               'then core.csv_amount(o.%I) end', k)
                 from unnest(array['subtotal', 'discount_total',
                                   'shipping_total', 'tax_total', 'total']) k)
        || array['o.shipping_method', 'o.payment_method'],
        'from core.orders o cross join lateral ('
        'select i.*, row_number() over (order by i.position) as line '
        'from core.order_item i where i.order_id = o.id) i where true'
        || coalesce(' and o.status = ' || quote_literal(export_orders.status),
                    '')
        || coalesce(' and o.id >= ' || quote_literal(
                        core.uuid_at(export_orders.placed_from)), '')
        || coalesce(' and o.id < ' || quote_literal(
                        core.uuid_at(export_orders.placed_to)), '')
        || ' order by o.id, i.line', export_orders.separator)
$$;


-- What is wrong with a refused row, in words.
create or replace function core.import_said(errors jsonb, language text)
    returns text
language sql stable as $$
    select string_agg(concat_ws(': ', nullif(e ->> 'column', ''),
                          coalesce(case import_said.language when 'en' then m.en
                                   else m.pt end, e ->> 'code')
                          || coalesce(' (' || (e ->> 'value') || ')', '')),
                      '; ' order by n)
    from jsonb_array_elements(errors) with ordinality as x (e, n)
    left join core.import_message m on m.code = e ->> 'code'
$$;


-- The refused rows of an import under the header of their file, with what is
-- wrong in front. Cells beyond the header are put into the last one, so that
-- the file can be imported when it is corrected.
create or replace function core.export_refusals(id uuid, language text)
    returns table (head text, copy text)
language sql stable as $$
    select s.*
    from core.import i
    cross join lateral (
        select case i.columns when '{}' then '{import_row}' else i.columns end,
               coalesce(i.options ->> 'separator', ',')) f (columns, separator)
    cross join lateral core.csv_plan(
        array['import_line', 'import_error'] || f.columns,
        array['r.line', format('core.csv_guard(core.import_said(r.errors, %L))',
                               export_refusals.language)]
        || array(select format('core.csv_guard(r.fields[%s])', n)
                 from generate_series(1, cardinality(f.columns) - 1) n)
        || format('core.csv_guard(array_to_string(r.fields[%s:], %L))',
                  cardinality(f.columns), f.separator),
        format('from core.import_refusal r where r.import_id = %L '
               'order by r.line', i.id), f.separator) s
    where i.id = export_refusals.id
$$;
