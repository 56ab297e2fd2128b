-- Orders that are changed before they leave: a new price, and what was paid
-- above it goes back.

alter table core.refund add column surplus boolean not null default false;

comment on column core.refund.surplus is
    'Of what was paid above what the order costs now: its total tells of it, '
    'and no goods came back for it.';

update core.setting set value = value || '["order.edited"]'
where key = 'mail.orders' and not value ? 'order.edited';
