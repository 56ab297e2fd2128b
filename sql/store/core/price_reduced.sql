-- Of core.price(): the lines of a cart after its promotions, taxed on what is
-- left, and their sums; as they were when there are none. Inlined.

create or replace function core.price_reduced(
        lines core.price_line[], tax bigint, tax_included bigint,
        offers core.price_offer[])
    returns table (lines core.price_line[], discount bigint, tax bigint,
                   tax_included bigint, free boolean)
language sql stable as $$
    select coalesce(n.lines, price_reduced.lines), coalesce(n.discount, 0),
           coalesce(n.tax, price_reduced.tax),
           coalesce(n.tax_included, price_reduced.tax_included),
           offers is not null and exists (
               select from unnest(offers) o
               where o.kind = 'free_shipping' and o.problem is null)
    from (select array_agg(row(l.position, l.quantity, l.variant_id,
                               l.product_id, l.unit_price, l.list_price,
                               d.discount, t.added, t.within,
                               l.unit_price * l.quantity - d.discount
                               + t.added, l.rate_ppm, l.inclusive, l.sku,
                               l.name, l.problem)::core.price_line
                           order by l.position),
                 sum(d.discount)::bigint, sum(t.added)::bigint,
                 sum(t.within)::bigint
          from unnest(price_reduced.lines) l
          cross join lateral (
              select coalesce(sum(o.shares[l.position]), 0)::bigint
              from unnest(offers) o) d(discount)
          cross join lateral (
              select l.unit_price * l.quantity - d.discount) m(net)
          cross join lateral (
              select case when l.inclusive then 0
                          else core.part_of(m.net, l.rate_ppm) end,
                     case when l.inclusive
                          then core.part_within(m.net, l.rate_ppm)
                          else 0 end
              offset 0) t(added, within)
          where offers is not null) n(lines, discount, tax, tax_included)
    offset 0
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
