-- Sets a level: PUT /stock/{variant_id}/{location_id}, for stock:write, with
-- the version it was seen at (compare and set). What is on hand changes by a
-- movement of kind `adjust`.
--
-- Raises: CM404 stock_level_not_found, CM412 version_mismatch,
--   CM409 insufficient_stock.
-- Locks: the variant's levels, then its product if it crosses a threshold.

create or replace function api.set_stock_level(
        variant_id bigint, location_id bigint, body jsonb,
        expected_version bigint, principal jsonb)
    returns setof api.stock_level
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    now_is  core.stock_level;
    wanted  bigint := (set_stock_level.body ->> 'on_hand')::bigint;
begin
    perform core.stock_lock(array[set_stock_level.variant_id], null);

    select s.* into now_is from core.stock_level s
    where s.variant_id = set_stock_level.variant_id
          and s.location_id = set_stock_level.location_id;

    if not found then
        perform core.fail('stock_level_not_found', 404);
    end if;

    perform core.check_version(now_is.version,
                               set_stock_level.expected_version);

    if set_stock_level.body ? 'threshold' then
        update core.stock_level s
        set threshold = (set_stock_level.body ->> 'threshold')::bigint,
            version = s.version + 1, updated_at = now()
        where s.variant_id = set_stock_level.variant_id
              and s.location_id = set_stock_level.location_id;

        perform core.availability_refresh(array[set_stock_level.variant_id]);
    end if;

    if wanted <> now_is.on_hand then
        perform core.stock_receive(
            set_stock_level.variant_id, set_stock_level.location_id,
            wanted - now_is.on_hand, 'adjust',
            set_stock_level.body ->> 'reason',
            set_stock_level.body ->> 'reference',
            (set_stock_level.principal ->> 'sub')::uuid);
    end if;

    return query select * from api.get_stock_level(
        set_stock_level.variant_id, set_stock_level.location_id,
        set_stock_level.principal);
end
$$;
