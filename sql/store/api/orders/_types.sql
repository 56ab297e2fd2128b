-- What the functions of orders answer.

create type api.order_return as (
    id                 uuid,
    order_id           uuid,
    order_number       bigint,
    number             int,
    status             text,
    reason             text,
    note               text,
    items              jsonb,
    exchange_order_id  uuid,
    refunded           jsonb,
    actor_id           uuid,
    created_at         timestamptz,
    updated_at         timestamptz,
    received_at        timestamptz,
    version            bigint,
    _cursor            jsonb
);
