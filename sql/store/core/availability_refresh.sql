-- Brings the availability of variants up to date after their levels crossed a
-- threshold (null: none did). The product's follows by trigger. What came in
-- goes first to the orders that are short of it, unless the caller is about to
-- take it himself (supply false): then a job looks what he left. Then those
-- who wait to hear of it are told.
--
-- Locks: orders that are short and free, the products in key order, then the
-- variants.

create or replace function core.availability_refresh(
        variant_ids bigint[], supply boolean default true)
    returns void
language plpgsql as $$
begin
    if variant_ids is null then
        return;
    end if;

    perform core.backorders_supply(variant_ids, supply);

    perform from core.product p
    where p.id in (select v.product_id from core.variant v
                   where v.id = any (variant_ids))
    order by p.id
    for no key update;

    update core.variant v
    set availability = n.availability
    from (select w.id, core.stock_class(
                     coalesce(sum(s.on_hand - s.reserved), 0)::bigint,
                     coalesce(sum(s.threshold), 0)::bigint) as availability
          from unnest(variant_ids) w(id)
          left join (core.stock_level s
                     join core.location c on c.id = s.location_id
                                         and c.active)
                 on s.variant_id = w.id
          group by w.id) n
    where v.id = n.id and v.availability <> n.availability;

    perform core.stock_notices_later(array(
        select v.id from core.variant v
        where v.id = any (variant_ids)
              and v.availability <> 'out_of_stock'));
end
$$;
