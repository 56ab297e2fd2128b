-- What customers wish for, and who wants to hear when goods are there again.

create table core.wish (
    customer_id  uuid not null,
    product_id   bigint not null references core.product on delete cascade,
    added_at     timestamptz not null default now(),
    primary key (customer_id, product_id)
);

create index wish_product on core.wish (product_id);


-- Asked for until it was told of, once. The id is all random: who asked knows
-- it, and may take it back by it.
create table core.stock_notice (
    id           uuid primary key default gen_random_uuid(),
    variant_id   bigint not null references core.variant on delete cascade,
    email        text not null check (length(email) between 3 and 254),
    customer_id  uuid,
    language     text not null check (language in ('pt-BR', 'en')),
    created_at   timestamptz not null default now(),
    told_at      timestamptz
);

create unique index stock_notice_waiting
    on core.stock_notice (variant_id, lower(email)) where told_at is null;

create index stock_notice_variant on core.stock_notice (variant_id);

create index stock_notice_customer on core.stock_notice (customer_id, id)
 where told_at is null and customer_id is not null;

create index stock_notice_told on core.stock_notice (told_at)
 where told_at is not null;
