-- Changes a location: PATCH /stock/locations/{id}, for stock:write. What is at
-- a location that orders no longer take from is not available any more, so
-- its variants are looked at again.
--
-- Raises: CM404 location_not_found, CM412 version_mismatch,
--   CM409 location_code_taken.
-- Locks: the location, then products.

create or replace function api.update_stock_location(
        id bigint, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.stock_location
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    patch  jsonb := update_stock_location.body;
    was    core.location;
begin
    select c.* into was from core.location c
    where c.id = update_stock_location.id for update;

    if not found then
        perform core.fail('location_not_found', 404);
    end if;

    perform core.check_version(was.version,
                               update_stock_location.expected_version);

    begin
        update core.location c
        set code = coalesce(patch ->> 'code', c.code),
            name = coalesce(patch ->> 'name', c.name),
            priority = coalesce((patch ->> 'priority')::integer, c.priority),
            active = coalesce((patch ->> 'active')::boolean, c.active),
            version = c.version + 1, updated_at = now()
        where c.id = was.id;
    exception when unique_violation then
        perform core.fail_at('location_code_taken', 409, '/code');
    end;

    if was.active <> coalesce((patch ->> 'active')::boolean, was.active) then
        perform core.availability_refresh(array(
            select s.variant_id from core.stock_level s
            where s.location_id = was.id));
    end if;

    return query
    select c.id, c.code, c.name, c.priority, c.active, c.version,
           c.created_at, c.updated_at, null::int, null::jsonb
    from core.location c where c.id = was.id;
end
$$;
