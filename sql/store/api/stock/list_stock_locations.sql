-- The locations, in the order in which orders take from them:
-- GET /stock/locations, for stock:read.

create or replace function api.list_stock_locations("limit" int,
                                                    cursor jsonb,
                                                    principal jsonb)
    returns setof api.stock_location
language sql stable as $$
    select c.id, c.code, c.name, c.priority, c.active, c.version,
           c.created_at, c.updated_at, null::int,
           jsonb_build_array(c.priority, c.id)
    from core.location c
    where list_stock_locations.cursor is null
          or (c.priority, c.id)
             > ((list_stock_locations.cursor ->> 0)::integer,
                (list_stock_locations.cursor ->> 1)::bigint)
    order by c.priority, c.id
    limit list_stock_locations."limit"
$$;

grant select on core.location to store_api;
