-- What carts cost: the one place where prices, discounts, tax and freight come
-- together, for quotes, carts, checkout and orders.
--
-- Integers and numeric only. Tax is rounded half up for each line and comes
-- after its discount. total = subtotal - discount + shipping + tax, where tax
-- is that on top of the prices, freight's (shipping_tax) included;
-- tax_included is what the prices contain already.
--
-- A line with a problem costs nothing here; who cannot do with that looks at
-- problem. Works that a cart does not need (price lists, promotions, freight)
-- are calls that it does not make.


-- Prices any number of carts in one statement; each is a row of its own, with
-- or without a problem. Plans are generic: what fits one cart serves a
-- thousand.
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
    select c.ordinal, r.region, p.currency, p.subtotal, p.discount,
           p.shipping, p.shipping_discount, p.shipping_tax, p.tax,
           p.tax_included, p.total, p.weight, p.shipping_method, p.lines,
           p.offers, p.problem
    from unnest(carts) c
    cross join lateral (select coalesce(c.region, 'BR')) r(region)
    cross join lateral core.price_one(
            c.items, r.region, c.currency, c.shipping_method, c.coupons,
            c.customer_id, c.staff, c.credit, lists, deals, price.at) p;
end
$$;


-- One cart, for a row of a statement that has them: inlined. `offset 0` keeps
-- the planner from copying an expression to each place where it is used. lists
-- and deals: whether there are price lists, and promotions without a code.
create or replace function core.price_one(
        items jsonb, region text, currency text, shipping_method text,
        coupons text[], customer uuid, staff boolean, credit boolean,
        lists boolean, deals boolean, at timestamptz)
    returns table (currency text, subtotal bigint, discount bigint,
                   shipping bigint, shipping_discount bigint,
                   shipping_tax bigint, tax bigint, tax_included bigint,
                   total bigint, weight bigint, shipping_method text,
                   lines core.price_line[], offers core.price_offer[],
                   problem text)
language sql stable as $$
    select b.currency, b.subtotal, s.discount, s.freight - s.freed, s.freed,
           coalesce((f.freight).tax, 0), s.tax, s.tax_included,
           b.subtotal - s.discount + s.freight - s.freed + s.tax,
           b.weight, (f.freight).code, coalesce((d.deal).lines, b.lines),
           case when (d.deal).free
                then core.price_freed((d.deal).offers, s.freed)
                else (d.deal).offers end,
           coalesce(b.problem,
                    case when price_one.shipping_method is not null
                              and (f.freight).code is null
                         then 'unknown_shipping_method' end)
    from core.price_lines(
             price_one.items, price_one.region, price_one.currency,
             price_one.staff, price_one.lists, price_one.at) b
    cross join lateral (
        select case when (price_one.deals
                          or cardinality(price_one.coupons) > 0)
                         and price_one.credit is not true
                    then core.price_deals(
                             b.lines, price_one.coupons, price_one.customer,
                             b.currency, price_one.at) end
        offset 0) d(deal)
    cross join lateral (
        select case when price_one.shipping_method is not null
                    then core.price_freight(
                             price_one.shipping_method, price_one.credit,
                             price_one.region, b.currency, b.weight,
                             b.subtotal - coalesce((d.deal).discount, 0),
                             coalesce((d.deal).free, false)) end
        offset 0) f(freight)
    cross join lateral (
        select coalesce((d.deal).discount, 0),
               coalesce((f.freight).amount, 0),
               case when (d.deal).free then coalesce((f.freight).amount, 0)
                    else 0 end,
               coalesce((d.deal).tax, b.tax)
               + coalesce((f.freight).tax, 0),
               coalesce((d.deal).tax_included, b.tax_included)
               + coalesce((f.freight).tax_included, 0)
        ) s(discount, freight, freed, tax, tax_included)
$$;


create or replace function core.region_parent(region text) returns text
language sql immutable as $$
    select case when region like '__-%' then left(region, 2) end
$$;


create or replace function core.price_lists_exist() returns boolean
language plpgsql stable as $$
begin
    return exists (select from core.price_list l where l.active);
end
$$;


create or replace function core.promotions_exist() returns boolean
language plpgsql stable as $$
begin
    return exists (select from core.promotion p
                   where p.active and p.code is null);
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
