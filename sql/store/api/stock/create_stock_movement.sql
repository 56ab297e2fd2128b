-- Books a movement: POST /stock/movements, for stock:write. +1 and -1 are
-- movements like any other.
--
-- Raises: CM422 unknown_item, CM422 wrong_sign (a receipt that takes, an
--   issue that gives), CM404 location_not_found, CM409 insufficient_stock.
-- Locks: the variant's levels, then its product if it crosses a threshold.

create or replace function api.create_stock_movement(body jsonb,
                                                     principal jsonb)
    returns setof api.stock_movement
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    asked  jsonb := create_stock_movement.body;
    step   bigint := (asked ->> 'delta')::bigint;
begin
    if step = 0
       or step > 0 and asked ->> 'kind' in ('issue', 'damage', 'loss')
       or step < 0 and asked ->> 'kind' in ('receipt', 'return')
    then
        perform core.fail_at('wrong_sign', 422, '/delta');
    end if;

    return query
    select m.id, m.variant_id, v.sku, m.location_id, m.kind, m.delta,
           m.reason, m.reference, m.actor_id, m.balance, m.created_at,
           201, null::jsonb
    from core.stock_receive(
        core.stock_variant(asked),
        coalesce((asked ->> 'location_id')::bigint, 1), step,
        asked ->> 'kind', asked ->> 'reason', asked ->> 'reference',
        (create_stock_movement.principal ->> 'sub')::uuid) m
    join core.variant v on v.id = m.variant_id;
end
$$;
