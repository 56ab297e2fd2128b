-- What carts cost: the one place where prices, discounts, tax and freight come
-- together, for quotes, carts, checkout and orders. Prices any number of carts
-- in one statement; each is a row of its own, with or without a problem.
--
-- Integers and numeric only. Tax is rounded half up for each line and comes
-- after its discount. total = subtotal - discount + shipping + tax, where tax
-- is that on top of the prices, freight's (shipping_tax) included;
-- tax_included is what the prices contain already.
--
-- A line with a problem costs nothing here; who cannot do with that looks at
-- problem. Plans are generic: what fits one cart serves a thousand. Works that
-- a cart does not need (price lists, promotions, freight)
-- are calls that it does not make.

create or replace function core.price(carts core.price_cart[],
                                      at timestamptz default now())
    returns setof core.price_sum
language plpgsql stable
    set plan_cache_mode = force_generic_plan as $$
declare
    lists  boolean := core.price_lists_exist();
    deals  boolean := core.promotions_exist();
begin
    return query
    select c.ordinal, r.region, b.currency, b.subtotal, d.discount,
           s.amount - w.amount, w.amount, s.tax, d.tax + s.tax,
           d.tax_included + s.tax_included,
           b.subtotal - d.discount + s.amount - w.amount + d.tax + s.tax,
           b.weight, s.code, d.lines,
           case when d.free then core.price_freed(o.offers, s.amount)
                else o.offers end,
           coalesce(b.problem,
                    case when c.shipping_method is not null
                              and s.code is null
                         then 'unknown_shipping_method' end)
    from unnest(carts) c
    cross join lateral (select coalesce(c.region, 'BR')) r(region)
    cross join lateral core.price_lines(
            c.items, r.region, core.region_parent(r.region), c.currency,
            c.staff, lists, price.at) b
    cross join lateral (
        select case when (deals or cardinality(c.coupons) > 0)
                         and c.credit is not true
                    then core.price_offers(b.lines, c.coupons, c.customer_id,
                                           b.currency, price.at) end
        offset 0) o(offers)            -- once, not wherever it is used
    cross join lateral core.price_reduced(
            b.lines, b.tax, b.tax_included, o.offers) d
    cross join lateral core.price_freight(
            c.shipping_method, c.credit, r.region, b.currency, b.weight,
            b.subtotal - d.discount, d.free) s
    cross join lateral (
        select case when d.free then s.amount else 0 end) w(amount);
end
$$;


create or replace function core.region_parent(region text) returns text
language sql immutable as $$
    select case when region like '__-%' then left(region, 2) end
$$;


create or replace function core.price_lists_exist() returns boolean
language plpgsql stable as $$
begin
    return (
        select exists (select from core.price_list l where l.active));
end
$$;


create or replace function core.promotions_exist() returns boolean
language plpgsql stable as $$
begin
    return (
        select exists (select from core.promotion p
                       where p.active and p.code is null));
end
$$;


-- Half up, for what is not negative.
create or replace function core.part_of(amount bigint, ppm bigint)
    returns bigint
language sql immutable as $$
    select div(amount::numeric * ppm + 500000, 1000000)::bigint
$$;


-- What of a gross amount is tax of this rate: amount * r / (1 + r), half up.
create or replace function core.part_within(amount bigint, ppm bigint)
    returns bigint
language sql immutable as $$
    select div(amount::numeric * ppm * 2 + 1000000 + ppm,
               2 * (1000000 + ppm))::bigint
$$;
