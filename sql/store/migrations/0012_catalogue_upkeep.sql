-- What upkeep remembers (api.upkeep): products whose derived rows a change of
-- a large category left behind, and when each task was last done.

create table core.product_stale (
    product_id  bigint primary key
);

create table core.upkeep (
    task     text primary key,
    last_at  timestamptz not null
);

insert into core.upkeep (task, last_at) values ('popularity', '-infinity');
