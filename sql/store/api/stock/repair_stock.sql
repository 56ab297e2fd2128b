-- Puts levels right by the ledger and by open orders:
-- POST /admin/stock/consistency, for admin. What was wrong is kept in
-- core.stock_repair. A level whose reservations exceed what the ledger knows
-- is left for a person: `left`.
--
-- Locks: orders and levels against writers, for the moment of the check.

create or replace function api.repair_stock(principal jsonb)
    returns table (repaired bigint, "left" bigint, data jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    wrong  record;
    fixed  bigint := 0;
    open_  bigint := 0;
    found_ jsonb := '[]';
begin
    lock table core.stock_level, core.orders in share row exclusive mode;

    for wrong in
        select k.* from core.stock_check() k
        order by k.variant_id, k.location_id
    loop
        found_ := found_ || to_jsonb(wrong);

        if wrong.held > wrong.ledger then
            open_ := open_ + 1;
            continue;
        end if;

        insert into core.stock_level as s (variant_id, location_id, on_hand,
                                           reserved)
        values (wrong.variant_id, wrong.location_id, wrong.ledger,
                wrong.held)
        on conflict (variant_id, location_id) do update
        set on_hand = wrong.ledger, reserved = wrong.held,
            version = s.version + 1, updated_at = now();

        insert into core.stock_repair (variant_id, location_id, on_hand_was,
                                       on_hand_is, reserved_was,
                                       reserved_is, actor_id)
        values (wrong.variant_id, wrong.location_id, wrong.on_hand,
                wrong.ledger, wrong.reserved, wrong.held,
                (repair_stock.principal ->> 'sub')::uuid);

        fixed := fixed + 1;
    end loop;

    perform core.availability_refresh(array(
        select (f ->> 'variant_id')::bigint
        from jsonb_array_elements(found_) f));

    perform core.audit('stock', 'all', 'stock_repair', 'insert', null,
                       jsonb_build_object('repaired', fixed, 'left', open_,
                                          'found', found_));

    return query select fixed, open_, found_;
end
$$;
