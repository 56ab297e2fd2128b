-- Backorders: of some variants more may be ordered than there is. The line is
-- short by so much (order_item.short) until goods come in.

alter table core.variant
    add column backorder boolean not null default false;

create index order_item_short on core.order_item (variant_id, order_id)
 where short > 0;

drop function if exists core.orders_list(uuid, text, timestamptz, timestamptz,
                                         text, integer, jsonb, text, text);
drop function if exists core.availability_refresh(bigint[]);
drop function if exists core.carts_release(uuid[]);
