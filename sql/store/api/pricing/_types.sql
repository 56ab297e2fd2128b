-- What the functions of pricing answer: the rows of the tables, with what
-- steers the answer.

create type api.tax_class as (
    code        text,
    name        text,
    version     bigint,
    updated_at  timestamptz,
    _status     int,
    _cursor     jsonb
);

create type api.tax_rate as (
    id          bigint,
    region      text,
    tax_class   text,
    rate_ppm    bigint,
    name        text,
    inclusive   boolean,
    version     bigint,
    updated_at  timestamptz,
    _location   text,
    _cursor     jsonb
);

create type api.shipping_method as (
    id           bigint,
    code         text,
    name         text,
    region       text,
    currency     text,
    base_amount  bigint,
    kilo_amount  bigint,
    free_from    bigint,
    weight_from  bigint,
    weight_to    bigint,
    value_from   bigint,
    value_to     bigint,
    days_min     int,
    days_max     int,
    tax_class    text,
    position     int,
    active       boolean,
    version      bigint,
    updated_at   timestamptz,
    _location    text,
    _cursor      jsonb
);

create type api.promotion as (
    id              bigint,
    code            text,
    name            text,
    kind            text,
    rate_ppm        bigint,
    amount          bigint,
    maximum         bigint,
    minimum         bigint,
    currency        text,
    product_ids     bigint[],
    category_ids    bigint[],
    priority        int,
    exclusive       boolean,
    active          boolean,
    starts_at       timestamptz,
    ends_at         timestamptz,
    total_limit     bigint,
    customer_limit  bigint,
    used            bigint,
    version         bigint,
    created_at      timestamptz,
    updated_at      timestamptz,
    _location       text,
    _cursor         jsonb,
    _state          bigint
);

create type api.price_list as (
    id          bigint,
    code        text,
    name        text,
    currency    text,
    priority    int,
    active      boolean,
    starts_at   timestamptz,
    ends_at     timestamptz,
    version     bigint,
    created_at  timestamptz,
    updated_at  timestamptz,
    _location   text,
    _cursor     jsonb
);

create type api.price_entry as (
    variant_id    bigint,
    sku           text,
    amount        bigint,
    min_quantity  int,
    valid_from    timestamptz,
    valid_to      timestamptz,
    _cursor       jsonb
);
