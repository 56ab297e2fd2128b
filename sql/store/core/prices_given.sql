-- The prices of a request, in order; variant_id is null of what there is not.

create or replace function core.prices_given(body jsonb)
    returns table (n bigint, variant_id bigint, amount bigint,
                   min_quantity int, valid_from timestamptz,
                   valid_to timestamptz)
language sql stable as $$
    select p.n, v.id, p.amount, coalesce(p.min_quantity, 1),
           coalesce(p.valid_from, '-infinity'),
           coalesce(p.valid_to, 'infinity')
    from rows from (jsonb_to_recordset(body -> 'prices')
             as (variant_id bigint, sku text, amount bigint,
                 min_quantity int, valid_from timestamptz,
                 valid_to timestamptz))
         with ordinality as p(variant_id, sku, amount, min_quantity,
                              valid_from, valid_to, n)
    left join core.variant v
           on v.id = coalesce(p.variant_id,
                              (select w.id from core.variant w
                               where w.sku = p.sku))
$$;
