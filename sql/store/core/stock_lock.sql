-- Locks the levels of these variants (each once) at all locations, in key
-- order, and answers them as they are now, each with its variant's delta
-- (0 when none are given).

create or replace function core.stock_lock(variants bigint[], deltas bigint[])
    returns core.stock_supply[]
language plpgsql as $$
begin
    return array(
        select row(s.variant_id, s.location_id, s.on_hand - s.reserved,
                   s.on_hand, s.threshold,
                   (select c.active from core.location c
                    where c.id = s.location_id),
                   coalesce(w.delta, 0), null)::core.stock_supply
        from unnest(variants, deltas) w(variant_id, delta)
        join core.stock_level s on s.variant_id = w.variant_id
        order by s.variant_id, s.location_id
        for update of s);
end
$$;
