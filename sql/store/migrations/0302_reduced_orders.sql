-- What of an order is given up before it leaves: counted on the line, and its
-- price on the order, whose total stays what was ordered.

alter table core.order_item
    add column canceled integer not null default 0,
    add check (canceled >= 0),
    add check (shipped + short + canceled <= abs(quantity));

comment on column core.order_item.canceled is
    'Given up before it left: the line holds so much less.';

alter table core.orders
    add column canceled_total bigint not null default 0,
    add check (canceled_total = 0 or canceled_total between 0 and total);

alter type core.order_document add attribute canceled_total json;

update core.setting set value = value || '["order.reduced"]'
where key = 'mail.orders' and not value ? 'order.reduced';
