-- The variants that cross a threshold (or zero) when the deltas are taken
-- from locked levels; null when there is none.

create or replace function core.stock_crossed(levels core.stock_supply[])
    returns bigint[]
language plpgsql as $$
begin
    return (
        select array_agg(c.variant_id)
        from (select l.variant_id
              from unnest(levels) l
              where l.active
              group by l.variant_id
              having core.stock_class(sum(l.available), sum(l.threshold))
                     <> core.stock_class(sum(l.available - l.delta),
                                         sum(l.threshold))) c);
end
$$;


create or replace function core.stock_class(available numeric,
                                            threshold numeric)
    returns text
language sql immutable as $$
    select case when available <= 0 then 'out_of_stock'
                when available <= threshold then 'low_stock'
                else 'in_stock' end
$$;


create or replace function core.stock_class(available bigint,
                                            threshold bigint)
    returns text
language sql immutable as $$
    select case when available <= 0 then 'out_of_stock'
                when available <= threshold then 'low_stock'
                else 'in_stock' end
$$;
