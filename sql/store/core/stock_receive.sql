-- Changes what is on hand by one movement: the only door to on_hand but
-- shipping and repair. Makes the level when there is none. Answers the
-- movement.
--
-- Raises: CM404 location_not_found, CM422 unknown_item, CM409
--   insufficient_stock with `available` (what is reserved cannot leave).
-- Locks: the level, then the variant's product if it crosses a threshold.

create or replace function core.stock_receive(
        variant_id bigint, location_id bigint, delta bigint, kind text,
        reason text, reference text, actor uuid)
    returns core.stock_movement
language plpgsql as $$
#variable_conflict use_column
declare
    levels  core.stock_supply[];
    level   core.stock_supply;
    made    core.stock_movement;
begin
    perform core.stock_open(stock_receive.variant_id,
                            stock_receive.location_id);

    levels := core.stock_lock(array[stock_receive.variant_id], null);
    levels := array(
        select row(l.variant_id, l.location_id, l.available, l.on_hand,
                   l.threshold, l.active,
                   case when l.location_id = stock_receive.location_id
                        then -stock_receive.delta else 0 end, null
                  )::core.stock_supply
        from unnest(levels) l);

    select l.* into level from unnest(levels) l
    where l.location_id = stock_receive.location_id;

    if level.available + stock_receive.delta < 0 then
        perform core.fail('insufficient_stock', 409, jsonb_build_object(
            'available', level.available));
    end if;

    update core.stock_level s
    set on_hand = s.on_hand + stock_receive.delta, version = s.version + 1,
        updated_at = now()
    where s.variant_id = stock_receive.variant_id
          and s.location_id = stock_receive.location_id;

    insert into core.stock_movement (variant_id, location_id, kind, delta,
                                     balance, reason, reference, actor_id)
    values (stock_receive.variant_id, stock_receive.location_id,
            stock_receive.kind, stock_receive.delta,
            level.on_hand + stock_receive.delta, stock_receive.reason,
            stock_receive.reference, stock_receive.actor)
    returning * into made;

    perform core.availability_refresh(core.stock_crossed(levels));
    return made;
end
$$;


-- Makes an empty level where there is none.
create or replace function core.stock_open(variant_id bigint,
                                           location_id bigint)
    returns void
language plpgsql as $$
#variable_conflict use_column
begin
    if exists (select from core.stock_level s
               where s.variant_id = stock_open.variant_id
                     and s.location_id = stock_open.location_id)
    then
        return;
    end if;

    if not exists (select from core.variant v
                   where v.id = stock_open.variant_id)
    then
        perform core.fail_at('unknown_item', 422, '/variant_id');
    end if;

    if not exists (select from core.location c
                   where c.id = stock_open.location_id)
    then
        perform core.fail('location_not_found', 404);
    end if;

    insert into core.stock_level (variant_id, location_id)
    values (stock_open.variant_id, stock_open.location_id)
    on conflict do nothing;
end
$$;
