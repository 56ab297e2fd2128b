-- Freight: what methods there are for what goes where, and what they cost.


-- Of core.price_one(): the freight of one cart and its tax; nothing in a
-- credit. free: a promotion pays it, so that there is nothing to tax.
create or replace function core.price_freight(
        method text, credit boolean, region text, currency text,
        weight bigint, value bigint, free boolean)
    returns core.price_freight
language plpgsql stable as $$
declare
    rate     record;
    freight  core.price_freight;
begin
    select r.* into rate
    from core.shipping_rates(method, region, currency, weight, value) r;

    freight.code := rate.code;
    freight.amount := case when credit then 0 else rate.amount end;

    if rate.tax_class is not null then
        select t.added, t.within into freight.tax, freight.tax_included
        from core.tax_on(case when free then 0 else freight.amount end,
                         region, rate.tax_class) t;
    end if;

    return freight;
end
$$;


-- The methods for a region, a weight in grams and a value of goods, the one
-- with this code or all of them: of each the row of the narrowest region and
-- there of the heaviest band.
create or replace function core.shipping_rates(
        method text, region text, currency text, weight bigint, value bigint)
    returns table (id bigint, code text, name text, amount bigint,
                   free_from bigint, days_min int, days_max int,
                   tax_class text, "position" int)
language plpgsql stable rows 3 as $$
#variable_conflict use_column
begin
    return query
    select distinct on (m.code)
           m.id, m.code, m.name,
           case when shipping_rates.value >= m.free_from then 0
                else m.base_amount
                     + (shipping_rates.weight + 999) / 1000 * m.kilo_amount
                end,
           m.free_from, m.days_min, m.days_max, m.tax_class, m.position
    from core.shipping_method m
    where m.active and m.currency = shipping_rates.currency
          and (shipping_rates.method is null
               or m.code = shipping_rates.method)
          and (m.region is null or m.region = shipping_rates.region
               or m.region = core.region_parent(shipping_rates.region))
          and shipping_rates.weight >= m.weight_from
          and shipping_rates.weight < coalesce(m.weight_to, 9223372036854775807)
          and shipping_rates.value >= m.value_from
          and shipping_rates.value < coalesce(m.value_to, 9223372036854775807)
    order by m.code, length(m.region) desc nulls last, m.weight_from desc,
             m.value_from desc;
end
$$;


-- The tax on an amount of a class in a region: on top, or within.
create or replace function core.tax_on(amount bigint, region text,
                                       tax_class text)
    returns table (added bigint, within bigint)
language sql stable as $$
    select case when r.inclusive then 0
                else core.part_of(tax_on.amount, r.rate_ppm) end,
           case when r.inclusive
                then core.part_within(tax_on.amount, r.rate_ppm) else 0 end
    from core.tax_rate r
    where r.region in (tax_on.region, core.region_parent(tax_on.region))
          and r.tax_class = tax_on.tax_class
    order by length(r.region) desc
    limit 1
$$;


-- The region that somebody means: the part of the country that he names or
-- his postal code tells, else the country, BR without one.
create or replace function core.region_of(destination jsonb) returns text
language plpgsql stable as $$
declare
    land     text := coalesce(destination ->> 'country', 'BR');
    digits   text := regexp_replace(destination ->> 'postal_code', '\D', '',
                                    'g');
begin
    if destination ->> 'state' is not null then
        return land || '-' || (destination ->> 'state');
    end if;

    return coalesce((select p.region from core.postal_region p
                     where p.country = land
                           and left(digits, length(p.first))
                               between p.first and p.last
                           and length(digits) >= length(p.first)),
                    land);
end
$$;
