-- Enters a stocktake: POST /stock/counts, for stock:write. Each line makes
-- the level what was counted, by a movement of kind `count` (also when it was
-- right: it is proof). All lines or none.
--
-- Raises: CM422 unknown_item, CM404 location_not_found, CM409
--   insufficient_stock (fewer than are reserved).
-- Locks: the variants' levels in key order, then products.

create or replace function api.count_stock(body jsonb, principal jsonb)
    returns table (location_id bigint, counted bigint, changed bigint,
                   lines jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    asked    jsonb := count_stock.body;
    place    bigint := coalesce((asked ->> 'location_id')::bigint, 1);
    actor    uuid := (count_stock.principal ->> 'sub')::uuid;
    line     record;
    was      bigint;
    changed  bigint := 0;
    done     jsonb := '[]';
begin
    for line in
        select core.stock_variant(c.value) as variant,
               (c.value ->> 'quantity')::bigint as quantity
        from jsonb_array_elements(asked -> 'lines') c
        order by 1
    loop
        perform core.stock_open(line.variant, place);
        perform core.stock_lock(array[line.variant], null);

        select s.on_hand into was from core.stock_level s
        where s.variant_id = line.variant and s.location_id = place;

        perform core.stock_receive(line.variant, place, line.quantity - was,
                                   'count', asked ->> 'reason',
                                   asked ->> 'reference', actor);

        changed := changed + (was <> line.quantity)::integer;
        done := done || jsonb_build_object(
            'variant_id', line.variant, 'was', was,
            'quantity', line.quantity, 'delta', line.quantity - was);
    end loop;

    return query
    select place, jsonb_array_length(done)::bigint, changed, done;
end
$$;
