-- The ledger, the newest first: GET /stock/movements, for stock:read.

create or replace function api.list_stock_movements(
        variant_id bigint, sku text, location_id bigint, kind text,
        reference text, created_from timestamptz, created_to timestamptz,
        "limit" int, cursor jsonb, principal jsonb)
    returns setof api.stock_movement
language plpgsql stable set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    rows    text := 'select m.* from core.stock_movement m where true';
    wanted  bigint := list_stock_movements.variant_id;
begin
    if list_stock_movements.sku is not null then
        select v.id into wanted from core.variant v
        where v.sku = list_stock_movements.sku
              and v.id = coalesce(wanted, v.id);

        if not found then
            return;
        end if;
    end if;

    if wanted is not null then
        rows := rows || format(' and m.variant_id = %s', wanted);
    end if;

    if list_stock_movements.location_id is not null then
        rows := rows || format(' and m.location_id = %s',
                               list_stock_movements.location_id);
    end if;

    if list_stock_movements.kind is not null then
        rows := rows || format(' and m.kind = %L',
                               list_stock_movements.kind);
    end if;

    if list_stock_movements.reference is not null then
        rows := rows || format(' and m.reference = %L',
                               list_stock_movements.reference);
    end if;

    if list_stock_movements.created_from is not null then
        rows := rows || format(' and m.created_at >= %L',
                               list_stock_movements.created_from);
    end if;

    if list_stock_movements.created_to is not null then
        rows := rows || format(' and m.created_at < %L',
                               list_stock_movements.created_to);
    end if;

    if list_stock_movements.cursor is not null then
        rows := rows || format(
            ' and m.id < %s',
            (list_stock_movements.cursor ->> 0)::bigint);
    end if;

    return query execute format(
        'select m.id, m.variant_id, v.sku, m.location_id, m.kind, m.delta, '
        '       m.reason, m.reference, m.actor_id, m.balance, m.created_at, '
        '       null::int, jsonb_build_array(m.id) '
        'from (%s order by m.id desc limit %s) m '
        'left join core.variant v on v.id = m.variant_id '
        'order by m.id desc',
        rows, coalesce(list_stock_movements."limit", 21));
end
$$;

grant select on core.stock_movement, core.variant to store_api;
