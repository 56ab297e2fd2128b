-- Where levels disagree with the ledger or with open orders:
-- GET /admin/stock/consistency, for admin. An empty list is what should be.

create or replace function api.check_stock("limit" int, cursor jsonb,
                                           principal jsonb)
    returns table (variant_id bigint, location_id bigint, on_hand bigint,
                   ledger bigint, reserved bigint, held bigint,
                   _cursor jsonb)
language sql stable as $$
    select k.variant_id, k.location_id, k.on_hand, k.ledger, k.reserved,
           k.held, jsonb_build_array(k.variant_id, k.location_id)
    from core.stock_check() k
    where check_stock.cursor is null
          or (k.variant_id, k.location_id)
             > ((check_stock.cursor ->> 0)::bigint,
                (check_stock.cursor ->> 1)::bigint)
    order by k.variant_id, k.location_id
    limit check_stock."limit"
$$;

grant select on core.stock_level, core.stock_movement, core.orders,
                core.order_item, core.cart_hold
    to store_api;
