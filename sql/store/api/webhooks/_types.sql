-- What an administrator sees of webhooks. The secret is shown when it is made
-- and never again.

create type api.webhook as (
    id               uuid,
    url              text,
    description      text,
    events           text[],
    status           text,
    disabled_reason  text,
    failures         int,
    failing_since    timestamptz,
    last_success_at  timestamptz,
    old_secret_until timestamptz,
    version          bigint,
    created_at       timestamptz,
    updated_at       timestamptz
);


-- The answer that shows it.

create type api.webhook_made as (
    id               uuid,
    url              text,
    description      text,
    events           text[],
    status           text,
    disabled_reason  text,
    failures         int,
    failing_since    timestamptz,
    last_success_at  timestamptz,
    old_secret_until timestamptz,
    version          bigint,
    created_at       timestamptz,
    updated_at       timestamptz,
    secret           text,
    _status          int,
    _location        text
);


create type api.webhook_delivery as (
    id            uuid,
    webhook_id    uuid,
    event_id      text,
    type          text,
    subject       text,
    status        text,
    attempts      int,
    code          int,
    error         text,
    created_at    timestamptz,
    finished_at   timestamptz,
    event         json,
    log           json
);


create type api.webhook_delivery_listed as (
    id           uuid,
    webhook_id   uuid,
    event_id     text,
    type         text,
    subject      text,
    status       text,
    attempts     int,
    code         int,
    error        text,
    created_at   timestamptz,
    finished_at  timestamptz,
    _cursor      jsonb,
    _total       bigint
);
