-- Of core.price_one(): the lines of one cart with their tax, before discounts,
-- and their sums. Inlined; `offset 0` keeps the planner from copying what a
-- subquery reckons to each place where it is used.
--
-- What would leave the range of the API's integers is a problem: an overflow
-- would undo a whole group of orders.

create or replace function core.price_lines(
        items jsonb, region text, currency text, staff boolean,
        lists boolean, at timestamptz)
    returns table (lines core.price_line[], subtotal bigint, tax bigint,
                   tax_included bigint, weight bigint, currency text,
                   problem text)
language sql stable as $$
    select array_agg(row(i.position, i.quantity, i.id, i.product_id, i.price,
                         i.list_price, 0, t.added, t.within,
                         i.price * i.quantity + t.added, t.ppm, t.inclusive,
                         i.sku, i.name, i.problem)::core.price_line
                     order by i.position),
           coalesce(sum(i.price * i.quantity), 0)::bigint,
           coalesce(sum(t.added), 0)::bigint,
           coalesce(sum(t.within), 0)::bigint,
           coalesce(least(sum(i.quantity::bigint * i.weight_grams),
                          1000000000000), 0)::bigint,
           coalesce(price_lines.currency, min(i.currency)),
           case when bool_or(i.problem = 'unknown_item') then 'unknown_item'
                when bool_or(i.problem = 'amount_too_large')
                     or sum(i.price * i.quantity) > 9000000000000000
                     then 'amount_too_large'
                when bool_or(i.problem = 'unavailable_item')
                     then 'unavailable_item'
                when bool_or(i.problem = 'currency_mismatch')
                     or min(i.currency) <> max(i.currency)
                     then 'currency_mismatch' end
    from (select n.position, n.quantity,
                 coalesce(v.id, n.variant_id) as id, v.product_id, v.sku,
                 v.tax_class, l.price as list_price, q.problem,
                 case when q.problem is null then u.price else 0 end
                     as price,
                 case when q.problem is null then v.weight_grams else 0 end
                     as weight_grams,
                 coalesce(price_lines.currency, v.currency) as currency,
                 price_lines.region as region,
                 core.region_parent(price_lines.region) as parent,
                 case v.name when '' then v.product_name
                             else v.product_name || ' ' || v.name
                             end as name
          from rows from (jsonb_to_recordset(price_lines.items)
                   as (variant_id bigint, sku text, product_id bigint,
                       quantity integer, unit_amount bigint))
               with ordinality as n(variant_id, sku, product_id, quantity,
                                    unit_amount, position)
          left join lateral (
              select w.id, w.product_id, w.sku, w.tax_class, w.weight_grams,
                     w.price_amount, w.currency, w.name, w.active, p.status,
                     p.name as product_name
              from core.variant w
              join core.product p on p.id = w.product_id
              where w.id = coalesce(n.variant_id,
                        (select x.id from core.variant x where x.sku = n.sku),
                        (select x.id from core.variant x
                         where x.product_id = n.product_id and x.active
                         order by x.position, x.id limit 1))
              offset 0) v on true        -- by its key, never by a hash of all
          cross join lateral (select case
                  when price_lines.currency is null
                       or price_lines.currency = v.currency
                       then v.price_amount end) l(price)
          cross join lateral (select coalesce(
                  n.unit_amount,
                  case when lists then core.price_listed(
                       v.id, coalesce(price_lines.currency, v.currency),
                       n.quantity, at) end,
                  l.price)) u(price)
          cross join lateral (select case
                  when v.id is null then 'unknown_item'
                  when u.price is null then 'currency_mismatch'
                  when u.price > 1000000000000000 / n.quantity
                       then 'amount_too_large'
                  when staff is not true
                       and (v.status <> 'active' or not v.active)
                       then 'unavailable_item' end) q(problem)
          offset 0) i
    left join core.tax_rate r
           on r.region = i.region and r.tax_class = i.tax_class
    left join core.tax_rate c
           on c.region = i.parent and c.tax_class = i.tax_class
    cross join lateral (
        select coalesce(r.rate_ppm, c.rate_ppm, 0),
               coalesce(r.inclusive, c.inclusive, false)) k(ppm, inclusive)
    cross join lateral (
        select k.ppm, k.inclusive,
               case when k.ppm = 0 or k.inclusive then 0
                    else core.part_of(i.price * i.quantity, k.ppm) end,
               case when k.inclusive
                    then core.part_within(i.price * i.quantity, k.ppm)
                    else 0 end
        offset 0) t(ppm, inclusive, added, within)
$$;


-- The price that the lists have for a variant; null when none has.
create or replace function core.price_listed(
        variant_id bigint, currency text, quantity int, at timestamptz)
    returns bigint
language plpgsql stable as $$
begin
    return (
        select e.amount
        from core.price_entry e
        join core.price_list l on l.id = e.price_list_id
        where e.variant_id = price_listed.variant_id
              and e.min_quantity <= price_listed.quantity
              and price_listed.at >= e.valid_from
              and price_listed.at < e.valid_to
              and l.active and l.currency = price_listed.currency
              and coalesce(price_listed.at >= l.starts_at, true)
              and coalesce(price_listed.at < l.ends_at, true)
        order by l.priority, l.id, e.min_quantity desc, e.valid_from desc
        limit 1);
end
$$;
