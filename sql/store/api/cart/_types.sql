-- A cart in an answer: its body is made by core.cart_shown().

create type api.cart as (
    _body      jsonb,
    version    bigint,
    _status    int,
    _location  text
);

create type api.abandoned_cart as (
    id           uuid,
    customer_id  uuid,
    lines        bigint,
    quantity     bigint,
    value        jsonb,
    coupons      text[],
    created_at   timestamptz,
    updated_at   timestamptz,
    _cursor      jsonb
);
