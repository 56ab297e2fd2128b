-- Makes a location: POST /stock/locations, for stock:write.
-- Raises: CM409 location_code_taken.

create or replace function api.create_stock_location(body jsonb,
                                                     principal jsonb)
    returns setof api.stock_location
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    asked  jsonb := create_stock_location.body;
begin
    return query
    insert into core.location as c (code, name, priority, active)
    values (asked ->> 'code', asked ->> 'name',
            coalesce((asked ->> 'priority')::integer, 100),
            coalesce((asked ->> 'active')::boolean, true))
    on conflict (code) do nothing
    returning c.id, c.code, c.name, c.priority, c.active, c.version,
              c.created_at, c.updated_at, 201, null::jsonb;

    if not found then
        perform core.fail_at('location_code_taken', 409, '/code');
    end if;
end
$$;
