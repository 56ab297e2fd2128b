-- Analytics: facts taken from the events of the store, for reports that must
-- not weigh on the shop. Nothing here is the truth: it can be emptied and fed
-- again from the outbox.
--
-- Amounts are minor units. A day is a day in the time zone of the setting
-- `timezone`, since that is how a shop counts its sales.

create table core.setting (
    key         text primary key,
    value       text not null
);

insert into core.setting values ('timezone', 'America/Sao_Paulo');


-- Events come at least once and in any order of arrival; each counts once.
-- Rows older than the longest replay may be deleted.
create table core.event_seen (
    event_id    text primary key check (length(event_id) between 1 and 200),
    seen_at     timestamptz not null default now()
);

create index event_seen_at on core.event_seen using brin (seen_at);


create table core.order_fact (
    order_id    uuid primary key,
    number      bigint not null,
    day         date not null,
    placed_at   timestamptz not null,
    customer_id uuid,
    region      text,
    currency    char(3) not null,
    total       bigint not null,
    status      text not null default 'pending',
    version     bigint not null default 1
);

create index order_fact_day on core.order_fact (day, currency);
create index order_fact_customer on core.order_fact (customer_id, day)
    where customer_id is not null;


create table core.order_line_fact (
    order_id    uuid not null references core.order_fact on delete cascade,
    position    int not null,
    day         date not null,
    product_id  bigint not null,
    variant_id  bigint not null,
    sku         text not null,
    name        text not null,
    quantity    bigint not null,
    total       bigint not null,
    currency    char(3) not null,
    primary key (order_id, position)
);

create index order_line_fact_product on core.order_line_fact (product_id, day);
create index order_line_fact_day on core.order_line_fact (day, currency);
