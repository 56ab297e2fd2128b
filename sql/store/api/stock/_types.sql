-- What the functions of stock answer.

create type api.stock_level as (
    variant_id    bigint,
    sku           text,
    product_id    bigint,
    product_name  text,
    variant_name  text,
    location_id   bigint,
    on_hand       bigint,
    reserved      bigint,
    available     bigint,
    threshold     bigint,
    ordered       bigint,
    updated_at    timestamptz,
    version       bigint,
    _cursor       jsonb
);

create type api.stock_movement as (
    id           bigint,
    variant_id   bigint,
    sku          text,
    location_id  bigint,
    kind         text,
    delta        bigint,
    reason       text,
    reference    text,
    actor_id     uuid,
    balance      bigint,
    created_at   timestamptz,
    _status      int,
    _cursor      jsonb
);

create type api.stock_location as (
    id          bigint,
    code        text,
    name        text,
    priority    integer,
    active      boolean,
    version     bigint,
    created_at  timestamptz,
    updated_at  timestamptz,
    _status     int,
    _cursor     jsonb
);
