-- Writes prices into a list: PUT /price-lists/{id}/prices, for catalog:write.
-- A price is known by its variant, quantity and beginning; one that is there
-- is replaced, others stay.
--
-- Raises: CM404 not_found, CM422 unknown_item, CM422 inconsistent_fields (it
--   ends before it begins).
-- Locks: the list, then its prices in key order.

create or replace function api.put_prices(id bigint, body jsonb,
                                          principal jsonb)
    returns table (saved bigint)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    unknown  jsonb;
begin
    perform core.row_take('price_list', 'id', put_prices.id::text, null);

    select jsonb_agg(jsonb_build_object('code', 'unknown_item', 'pointer',
                                        '/prices/' || p.n - 1)
                     order by p.n)
    into unknown
    from core.prices_given(put_prices.body) p
    where p.variant_id is null;

    if unknown is not null then
        perform core.fail('unknown_item', 422,
                          jsonb_build_object('errors', unknown));
    end if;

    insert into core.price_entry as e
           (price_list_id, variant_id, min_quantity, valid_from, valid_to,
            amount)
    select distinct on (p.variant_id, p.min_quantity, p.valid_from)
           put_prices.id, p.variant_id, p.min_quantity, p.valid_from,
           p.valid_to, p.amount
    from core.prices_given(put_prices.body) p
    order by p.variant_id, p.min_quantity, p.valid_from, p.n desc
    on conflict (variant_id, price_list_id, min_quantity, valid_from)
    do update set valid_to = excluded.valid_to, amount = excluded.amount;

    get diagnostics saved = row_count;
    return next;

exception when check_violation then
    perform core.fail('inconsistent_fields', 422);
end
$$;
