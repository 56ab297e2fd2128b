-- Mail of the store: which, in what language, to whom of the staff; and the
-- variants that somebody has been told are running low.

insert into core.setting (key, value) values
    ('mail.orders', '["order.created", "order.paid", "order.shipped",
                      "order.delivered", "order.canceled", "order.refunded",
                      "order.partially_refunded"]'),
    ('mail.language', '"pt-BR"'),
    ('mail.staff', '[]');


create table core.stock_alert (
    variant_id    bigint primary key references core.variant
                  on delete cascade,
    availability  text not null,
    told_at       timestamptz not null default now()
);

create index variant_low on core.variant (id)
 where availability <> 'in_stock';
