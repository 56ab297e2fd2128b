-- Marks the orders that did not get what they wanted, with the lines that are
-- short and what is left of them.

create or replace function core.orders_short(lines core.order_line[],
                                             sums core.order_sum[],
                                             wanted core.order_line[],
                                             sources core.order_source[])
    returns core.order_sum[]
language plpgsql as $$
begin
    return array(
        with short as (
            select w.ordinal, json_agg(json_build_object(
                       'pointer', '/items/' || w.position - 1,
                       'code', 'insufficient_stock', 'sku', w.sku,
                       'requested', w.quantity,
                       'available', coalesce(f.available, 0))
                       order by w.position)
                       filter (where coalesce(f.available, 0) < w.quantity)
                       as errors
            from unnest(wanted) w
            left join (select s.variant_id,
                              sum(s.on_hand - s.reserved)::bigint as available
                       from core.stock_level s
                       join core.location c on c.id = s.location_id
                                           and c.active
                       where s.variant_id = any (array(
                                 select u.variant_id from unnest(wanted) u))
                       group by s.variant_id) f
                   on f.variant_id = w.variant_id
            where w.ordinal not in (select s.ordinal from unnest(sources) s)
            group by w.ordinal
        )
        select row(s.ordinal, s.subtotal, s.tax, s.shipping, s.weight,
                   s.currency, coalesce(s.problem, case
                       when h.ordinal is not null then 'insufficient_stock'
                       end),
                   case when h.ordinal is null then s.details
                        else '{"errors":' || coalesce(h.errors, '[]') || '}'
                        end)::core.order_sum
        from unnest(sums) s
        left join short h on h.ordinal = s.ordinal);
end
$$;
