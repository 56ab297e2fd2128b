-- Third stage of api.place_orders: totals and freight of each order, or the
-- problem that keeps it from being one.

create or replace function core.orders_sum(drafts core.order_draft[],
                                           lines core.order_line[])
    returns core.order_sum[]
language plpgsql stable as $$
begin
    return array(
        select row(d.ordinal, l.subtotal, l.tax, f.amount, l.weight,
                   l.currency, p.code,
                   case when p.code is not null then
                        core.orders_details(orders_sum.lines, d.ordinal,
                            p.code, l.subtotal + f.amount + l.tax, l.currency)
                   end)::core.order_sum
        from unnest(orders_sum.drafts) d
        join (select n.ordinal, sum(n.total - n.tax)::bigint as subtotal,
                     sum(n.tax)::bigint as tax,
                     least(sum(n.weight), 1000000000000)::bigint as weight,
                     min(n.currency) as currency,
                     max(n.currency) as other_currency,
                     bool_or(n.problem = 'unknown_item') as unknown,
                     bool_or(n.problem = 'amount_too_large') as large,
                     bool_or(n.problem = 'unavailable_item') as unavailable
              from unnest(orders_sum.lines) n
              group by n.ordinal) l on l.ordinal = d.ordinal
        left join lateral (select s.*
              from core.shipping_method s
              where s.code = d.shipping_method and s.active
                    and s.currency = l.currency
                    and (s.region is null or s.region = d.region)
              order by s.region nulls last limit 1) m
              on d.shipping_method is not null
        cross join lateral (select case
              when m.id is null or l.subtotal >= m.free_from
                   or d.kind = 'credit' then 0
              else m.base_amount + (l.weight + 999) / 1000 * m.kilo_amount
              end) as f(amount)
        cross join lateral (select case
              when l.unknown then 'unknown_item'
              when l.large or abs(l.subtotal) > 9000000000000000
                   then 'amount_too_large'
              when l.unavailable then 'unavailable_item'
              when l.currency <> l.other_currency or l.currency <> d.currency
                   then 'currency_mismatch'
              when d.shipping_method is not null and m.id is null
                   then 'unknown_shipping_method'
              when d.reference is not null
                   and core.orders_reference(orders_sum.drafts, d.ordinal,
                                             d.reference)
                   then 'reference_taken'
              when d.expected_total <> l.subtotal + f.amount + l.tax
                   then 'price_changed' end) as p(code));
end
$$;


-- Whether a reference in another system is taken, by an order or by an
-- earlier one of the group.
create or replace function core.orders_reference(drafts core.order_draft[],
                                                 ordinal integer,
                                                 reference text)
    returns boolean
language plpgsql stable as $$
begin
    return exists (select from core.orders o
                   where o.reference = orders_reference.reference)
           or exists (select from unnest(drafts) d
                      where d.reference = orders_reference.reference
                            and d.ordinal < orders_reference.ordinal
                            and d.first = d.ordinal);
end
$$;


-- The members of an order's problem.
create or replace function core.orders_details(lines core.order_line[],
                                               ordinal integer, code text,
                                               total bigint, currency text)
    returns text
language plpgsql stable as $$
begin
    if code = 'price_changed' then
        return '{"total":' || core.money_text(total, currency) || '}';
    end if;

    return (select '{"errors":' || json_agg(json_build_object('pointer',
                       '/items/' || l.position - 1, 'code', code)) || '}'
            from unnest(lines) l
            where l.ordinal = orders_details.ordinal and l.problem = code);
end
$$;


-- Money as JSON text, where a document is put together by hand. Stable, so
-- that it is inlined.
create or replace function core.money_text(amount bigint, currency text)
    returns text
language sql stable as $$
    select '{"amount":' || amount || ',"currency":"' || currency || '"}'
$$;
