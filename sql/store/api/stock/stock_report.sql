-- Stock by location: GET /stock/report, for stock:read. How many variants and
-- units are there, held, free, low and gone, and what they would sell for.

create or replace function api.stock_report("limit" int, cursor jsonb,
                                            principal jsonb)
    returns table (location_id bigint, code text, name text,
                   variants bigint, on_hand bigint, reserved bigint,
                   available bigint, low bigint, out_of_stock bigint,
                   value jsonb, _cursor jsonb)
language sql stable as $$
    select c.id, c.code, c.name, coalesce(t.variants, 0)::bigint,
           coalesce(t.on_hand, 0)::bigint, coalesce(t.reserved, 0)::bigint,
           coalesce(t.on_hand - t.reserved, 0)::bigint,
           coalesce(t.low, 0)::bigint, coalesce(t.gone, 0)::bigint,
           coalesce(t.value, '[]'), jsonb_build_array(c.id)
    from core.location c
    left join lateral (
        select sum(m.variants) as variants, sum(m.on_hand) as on_hand,
               sum(m.reserved) as reserved, sum(m.low) as low,
               sum(m.gone) as gone,
               jsonb_agg(core.money(m.amount::bigint, m.currency)
                         order by m.currency) as value
        from (select v.currency, count(*) as variants,
                     sum(s.on_hand) as on_hand, sum(s.reserved) as reserved,
                     count(*) filter (
                         where s.on_hand - s.reserved > 0
                               and s.on_hand - s.reserved <= s.threshold)
                         as low,
                     count(*) filter (where s.on_hand - s.reserved <= 0)
                         as gone,
                     sum(s.on_hand * v.price_amount) as amount
              from core.stock_level s
              join core.variant v on v.id = s.variant_id
              where s.location_id = c.id
              group by v.currency) m) t on true
    where stock_report.cursor is null
          or c.id > (stock_report.cursor ->> 0)::bigint
    order by c.id
    limit stock_report."limit"
$$;

grant select on core.location, core.stock_level, core.variant to store_api;
