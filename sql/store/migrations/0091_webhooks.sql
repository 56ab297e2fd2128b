-- Outgoing webhooks (Standard Webhooks 1.0): where events go, what was sent,
-- how it went.
--
-- Secrets are sealed by the gateway before they come here. An event becomes a
-- delivery for each endpoint that wants it, and a job: deliveries of one
-- subject to one endpoint stand in line.

create table core.webhook_endpoint (
    id               uuid primary key,
    url              text not null check (length(url) between 8 and 2000),
    description      text not null default ''
                     check (length(description) <= 200),
    events           text[] not null
                     check (cardinality(events) between 1 and 50
                            and array_to_string(events, ' ') ~
                                '^(\*|[a-z_]+(\.([a-z_]+|\*))?)( (\*|[a-z_]+(\.([a-z_]+|\*))?))*$'),
    status           text not null default 'active'
                     check (status in ('active', 'disabled')),
    disabled_reason  text check (disabled_reason in ('asked', 'gone',
                                                     'failing')),
    secret           text not null,
    old_secret       text,
    old_until        timestamptz,        -- both sign till then
    failures         int not null default 0,   -- since it last worked
    failing_since    timestamptz,
    paused_until     timestamptz,
    last_success_at  timestamptz,
    request_key      text unique,        -- who made it, by which key
    fingerprint      text,
    version          bigint not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    check ((old_secret is null) = (old_until is null)),
    check ((status = 'disabled') = (disabled_reason is not null))
);


create table core.webhook_delivery (
    id           uuid primary key default core.uuid_v7(),
    endpoint_id  uuid not null references core.webhook_endpoint
                 on delete cascade,
    event_id     text not null,
    type         text not null,
    subject      text not null,
    status       text not null default 'pending'
                 check (status in ('pending', 'delivered', 'failed',
                                   'canceled')),
    attempts     int not null default 0,
    code         int,                    -- of the last answer; null: none
    error        text check (length(error) <= 500),
    body         text not null,          -- as it is sent and signed
    created_at   timestamptz not null default now(),
    finished_at  timestamptz
) with (fillfactor = 90);

create index webhook_delivery_endpoint
    on core.webhook_delivery (endpoint_id, id);
create index webhook_delivery_pending
    on core.webhook_delivery (endpoint_id) where status = 'pending';


create table core.webhook_attempt (
    delivery_id  uuid not null references core.webhook_delivery
                 on delete cascade,
    n            int not null,
    at           timestamptz not null default now(),
    code         int,
    milliseconds int not null,
    error        text check (length(error) <= 500),
    answer       text check (length(answer) <= 1000),
    primary key (delivery_id, n)
);


insert into core.setting (key, value) values
    ('events.source', '"/ngx_commerce"'),
    ('webhooks.keep', '"30 days"');
