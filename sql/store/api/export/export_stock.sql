-- What a location holds as a file: GET /admin/exports/stock.
-- Raises: CM422 unknown_location.

create or replace function api.export_stock(location_id bigint,
                                            separator text, principal jsonb)
    returns table (_filename text, _stream text)
language plpgsql stable set search_path = core, pg_temp as $$
begin
    if not exists (select from core.location l
                   where l.id = export_stock.location_id)
    then
        perform core.fail('unknown_location', 422);
    end if;

    return query
    select 'stock-' || export_stock.location_id || '.csv',
           format('select * from core.export_stock(%L, %L)',
                  export_stock.location_id, export_stock.separator);
end
$$;

grant select on core.stock_level, core.location, core.variant, core.product
    to store_api;
