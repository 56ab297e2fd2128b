-- What api.place_orders asks only when something is unusual.


-- The HTTP status of a problem.
create or replace function core.order_refusal(problem text) returns integer
language sql immutable as $$
    select case when problem = 'cart_not_found' then 404
                when problem in ('insufficient_stock', 'unavailable_item',
                                 'price_changed', 'reference_taken',
                                 'cart_empty', 'cart_closed',
                                 'gift_card_unusable')
                     or problem like 'coupon\_%'
                        and problem <> 'coupon_unknown' then 409
                else 422 end
$$;


-- The lines of a credit.
create or replace function core.lines_negated(lines core.price_line[])
    returns core.price_line[]
language plpgsql immutable as $$
begin
    for i in 1 .. coalesce(cardinality(lines), 0) loop
        lines[i].quantity := -lines[i].quantity;
        lines[i].tax := -lines[i].tax;
        lines[i].tax_included := -lines[i].tax_included;
        lines[i].total := -lines[i].total;
    end loop;

    return coalesce(lines, '{}');
end
$$;


-- Whether a reference in another system is taken, by an order or by an
-- earlier one of the group.
create or replace function core.orders_reference(orders jsonb,
                                                 ordinal bigint,
                                                 reference text)
    returns boolean
language plpgsql stable as $$
begin
    return exists (select from core.orders o
                   where o.reference = orders_reference.reference)
           or exists (select from jsonb_array_elements(orders)
                                  with ordinality as e(value, n)
                      where e.value ->> 'reference'
                            = orders_reference.reference
                            and e.n < orders_reference.ordinal);
end
$$;


-- The members of an order's problem.
create or replace function core.orders_details(lines core.price_line[],
                                               offers core.price_offer[],
                                               code text, total bigint,
                                               currency text)
    returns text
language plpgsql stable as $$
begin
    if code = 'price_changed' then
        return '{"total":' || core.money_text(total, currency) || '}';
    elsif code like 'coupon\_%' then
        return core.coupon_details(offers, code, currency);
    end if;

    return (select '{"errors":' || json_agg(json_build_object('pointer',
                       '/items/' || l.position - 1, 'code', code)) || '}'
            from unnest(lines) l
            where l.problem = code);
end
$$;


-- Marks the orders that did not get what they wanted, with the lines that are
-- short and what is left of them.
create or replace function core.orders_short(heads core.order_head[],
                                             sources core.order_source[])
    returns core.order_head[]
language plpgsql as $$
declare
    head    core.order_head;
    result  core.order_head[] := '{}';
    served  integer[] := array(select distinct s.ordinal
                               from unnest(sources) s);
begin
    foreach head in array heads loop
        if head.problem is null and head.kind = 'sale'
           and head.lines is not null and head.ordinal <> all (served)
        then
            head.problem := 'insufficient_stock';
            head.details := core.orders_left(head.lines);
        end if;

        result := result || head;
    end loop;

    return result;
end
$$;


create or replace function core.orders_left(lines core.price_line[])
    returns text
language sql stable as $$
    select '{"errors":' || coalesce(json_agg(json_build_object(
               'pointer', '/items/' || l.position - 1,
               'code', 'insufficient_stock', 'sku', l.sku,
               'requested', l.quantity, 'available', a.available)
               order by l.position), '[]') || '}'
    from unnest(lines) l
    join (select w.variant_id, sum(w.quantity) as wanted
          from unnest(lines) w group by w.variant_id) t
      on t.variant_id = l.variant_id
    cross join lateral (
        select coalesce(sum(s.on_hand - s.reserved), 0)::bigint
        from core.stock_level s
        join core.location c on c.id = s.location_id and c.active
        where s.variant_id = l.variant_id) a (available)
    where a.available < t.wanted
          and not exists (select from core.variant v
                          where v.id = l.variant_id and v.backorder)
$$;
