-- The prices of a list by variant, quantity and time:
-- GET /price-lists/{id}/prices, for catalog:write.

create or replace function api.list_prices(
        id bigint, variant_id bigint, "limit" int, cursor jsonb,
        principal jsonb)
    returns setof api.price_entry
language sql stable as $$
    select e.variant_id, v.sku, e.amount, e.min_quantity,
           nullif(e.valid_from, '-infinity'), nullif(e.valid_to, 'infinity'),
           jsonb_build_array(e.variant_id, e.min_quantity, e.valid_from)
    from core.price_entry e
    join core.variant v on v.id = e.variant_id
    where e.price_list_id = list_prices.id
          and (list_prices.variant_id is null
               or e.variant_id = list_prices.variant_id)
          and (list_prices.cursor is null
               or (e.variant_id, e.min_quantity, e.valid_from)
                  > ((list_prices.cursor ->> 0)::bigint,
                     (list_prices.cursor ->> 1)::int,
                     (list_prices.cursor ->> 2)::timestamptz))
    order by e.variant_id, e.min_quantity, e.valid_from
    limit list_prices."limit"
$$;

grant select on core.price_entry, core.variant to store_api;
