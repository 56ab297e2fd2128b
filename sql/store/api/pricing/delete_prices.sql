-- Takes a variant out of a price list, with all its quantities and times:
-- DELETE /price-lists/{id}/prices/{variant_id}, for catalog:write.
-- Raises: CM404 not_found.
-- Locks: the list.

create or replace function api.delete_prices(id bigint, variant_id bigint,
                                             principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.row_take('price_list', 'id', delete_prices.id::text, null);

    delete from core.price_entry e
    where e.price_list_id = delete_prices.id
          and e.variant_id = delete_prices.variant_id;

    if not found then
        perform core.fail('not_found', 404);
    end if;
end
$$;
