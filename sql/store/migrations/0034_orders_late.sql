-- Functions that are gone or answer something else now: stock is taken last.

drop function if exists core.shipping_for(text, text, text);
drop function if exists core.orders_reserve(core.order_head[]);
drop function if exists core.orders_taken(core.stock_supply[],
                                          core.order_source[]);
