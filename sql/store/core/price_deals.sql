-- Of core.price_one(): a cart's lines after its promotions, taxed on what is
-- left, and their sums.

create or replace function core.price_deals(
        lines core.price_line[], coupons text[], customer uuid,
        currency text, at timestamptz)
    returns core.price_deal
language plpgsql stable as $$
declare
    deal  core.price_deal;
begin
    deal.offers := core.price_offers(lines, coupons, customer, currency, at);

    select array_agg(row(l.position, l.quantity, l.variant_id, l.product_id,
                         l.unit_price, l.list_price, d.discount, t.added,
                         t.within,
                         l.unit_price * l.quantity - d.discount + t.added,
                         l.rate_ppm, l.inclusive, l.sku, l.name, l.problem
                        )::core.price_line
                     order by l.position),
           coalesce(sum(d.discount), 0), coalesce(sum(t.added), 0),
           coalesce(sum(t.within), 0)
    into deal.lines, deal.discount, deal.tax, deal.tax_included
    from unnest(lines) l
    cross join lateral (
        select coalesce(sum(o.shares[l.position]), 0)::bigint
        from unnest(deal.offers) o) d(discount)
    cross join lateral (
        select l.unit_price * l.quantity - d.discount) m(net)
    cross join lateral (
        select case when l.inclusive then 0
                    else core.part_of(m.net, l.rate_ppm) end,
               case when l.inclusive
                    then core.part_within(m.net, l.rate_ppm) else 0 end
        offset 0) t(added, within);

    deal.free := exists (
        select from unnest(deal.offers) o
        where o.kind = 'free_shipping' and o.problem is null);

    return deal;
end
$$;


-- The offers, the first that frees of freight with what that came to.
create or replace function core.price_freed(offers core.price_offer[],
                                            amount bigint)
    returns core.price_offer[]
language plpgsql immutable as $$
begin
    for i in 1 .. cardinality(offers) loop
        if offers[i].kind = 'free_shipping' and offers[i].problem is null
        then
            offers[i].shipping_discount := price_freed.amount;
            exit;
        end if;
    end loop;

    return offers;
end
$$;
