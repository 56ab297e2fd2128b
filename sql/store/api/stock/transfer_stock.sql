-- Moves goods from one location to another: POST /stock/transfers, for
-- stock:write. Two movements of kind `transfer`, in key order, so two
-- transfers against each other do not wait for each other in a circle.
--
-- Raises: CM422 unknown_item, CM422 same_location, CM404 location_not_found,
--   CM409 insufficient_stock.
-- Locks: the variant's levels, then its product if it crosses a threshold.

create or replace function api.transfer_stock(body jsonb, principal jsonb)
    returns table (variant_id bigint, quantity bigint,
                   from_location_id bigint, to_location_id bigint,
                   movements jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    asked     jsonb := transfer_stock.body;
    variant   bigint := core.stock_variant(asked);
    source    bigint := (asked ->> 'from_location_id')::bigint;
    target    bigint := (asked ->> 'to_location_id')::bigint;
    quantity  bigint := (asked ->> 'quantity')::bigint;
    actor     uuid := (transfer_stock.principal ->> 'sub')::uuid;
    taken     core.stock_movement;
    given     core.stock_movement;
begin
    if source = target then
        perform core.fail_at('same_location', 422, '/to_location_id');
    end if;

    perform core.stock_open(variant, least(source, target));
    perform core.stock_open(variant, greatest(source, target));

    taken := core.stock_receive(variant, source, -quantity, 'transfer',
                                asked ->> 'reason', asked ->> 'reference',
                                actor);
    given := core.stock_receive(variant, target, quantity, 'transfer',
                                asked ->> 'reason', asked ->> 'reference',
                                actor);

    return query
    select variant, quantity, source, target, jsonb_build_array(
        jsonb_build_object('id', taken.id, 'location_id', source,
                           'delta', taken.delta, 'balance', taken.balance),
        jsonb_build_object('id', given.id, 'location_id', target,
                           'delta', given.delta, 'balance', given.balance));
end
$$;
