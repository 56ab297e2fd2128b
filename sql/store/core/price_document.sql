-- What was priced, as the API shows it: the members that quotes and carts have
-- in common. In a cart a line is known by its variant, else by its place.

create or replace function core.price_members(s core.price_sum,
                                              cart boolean default false)
    returns jsonb
language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
            'currency', s.currency, 'region', s.region,
            'items', coalesce((
                select jsonb_agg(jsonb_build_object(
                    'id', case when cart then l.variant_id else l.position end,
                    'product_id', l.product_id, 'variant_id', l.variant_id,
                    'sku', l.sku, 'name', l.name, 'quantity', l.quantity,
                    'unit_price', core.money(l.unit_price, s.currency),
                    'list_price', core.money(l.list_price, s.currency),
                    'discount', core.money(l.discount, s.currency),
                    'tax', core.money(l.tax, s.currency),
                    'tax_included', core.money(l.tax_included, s.currency),
                    'total', core.money(l.total, s.currency))
                    order by l.position)
                from unnest(s.lines) l), '[]'),
            'subtotal', core.money(s.subtotal, s.currency),
            'discount_total', core.money(s.discount, s.currency),
            'shipping_method', s.shipping_method,
            'shipping_total', core.money(s.shipping, s.currency),
            'shipping_discount', core.money(s.shipping_discount, s.currency),
            'tax_total', core.money(s.tax, s.currency),
            'tax_included', core.money(s.tax_included, s.currency),
            'total', core.money(s.total, s.currency),
            'weight_grams', s.weight,
            'promotions', coalesce((
                select jsonb_agg(jsonb_build_object(
                    'code', o.code, 'name', o.name, 'kind', o.kind,
                    'discount', core.money(o.discount, s.currency),
                    'shipping_discount', core.money(o.shipping_discount,
                                                    s.currency)))
                from unnest(s.offers) o where o.problem is null), '[]')));
end
$$;


-- What stands against the order that this would be.
create or replace function core.price_problems(s core.price_sum)
    returns jsonb
language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(p.document), '[]')
        from (select jsonb_strip_nulls(jsonb_build_object(
                         'code', l.problem, 'pointer',
                         '/items/' || l.position - 1,
                         'variant_id', l.variant_id)) as document
              from unnest(s.lines) l where l.problem is not null
              union all
              select jsonb_strip_nulls(jsonb_build_object(
                         'code', o.problem, 'coupon', o.code,
                         'minimum', case when o.problem = 'coupon_minimum'
                         then core.money(o.minimum, s.currency) end))
              from unnest(s.offers) o where o.problem is not null
              union all
              select jsonb_build_object('code', s.problem)
              where s.problem is not null
                    and not exists (select from unnest(s.lines) l
                                    where l.problem = s.problem)) p);
end
$$;


-- The ways to send it.
create or replace function core.price_options(s core.price_sum)
    returns jsonb
language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'code', m.code, 'name', m.name,
                   'amount', core.money(case when exists (
                                 select from unnest(s.offers) o
                                 where o.kind = 'free_shipping'
                                       and o.problem is null) then 0
                                 else m.amount end, s.currency),
                   'free_from', core.money(m.free_from, s.currency),
                   'days_min', m.days_min, 'days_max', m.days_max)
                   order by m.position, m.amount, m.code), '[]')
        from core.shipping_rates(null, s.region, s.currency, s.weight,
                                 s.subtotal - s.discount) m);
end
$$;


-- A quote for the items of a request.
create or replace function core.quote(body jsonb, coupons text[],
                                      customer uuid)
    returns jsonb
language plpgsql stable as $$
declare
    s  core.price_sum;
begin
    select p.* into s
    from core.price(array[row(1, customer,
                              core.region_of(body -> 'destination'),
                              body ->> 'currency', body ->> 'shipping_method',
                              coupons, false, false, body -> 'items'
                             )::core.price_cart]) p;

    s.currency := coalesce(s.currency, core.shop_currency());

    return core.price_members(s) || jsonb_build_object(
               'shipping_options', core.price_options(s),
               'problems', core.price_problems(s));
end
$$;


-- The currency of what names none.
create or replace function core.shop_currency() returns text
language plpgsql stable as $$
begin
    return (
        select coalesce((select s.value #>> '{}' from core.setting s
                         where s.key = 'currency'), 'BRL'));
end
$$;
