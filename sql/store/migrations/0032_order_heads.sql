-- The stages of api.place_orders hand on one row for each order, with its
-- lines in it: fewer statements, and nothing to join again.

drop type core.order_draft cascade;
drop type core.order_sum cascade;
drop type core.order_line cascade;

-- One line, priced; quantity and amounts are negative in a credit.
create type core.order_line as (
    position     integer,
    quantity     integer,
    variant_id   bigint,
    product_id   bigint,
    unit_price   bigint,
    tax          bigint,
    total        bigint,
    sku          text,
    name         text,
    problem      text                -- unknown_item, ...
);

-- One request of the group, and what it comes to.
create type core.order_head as (
    ordinal           integer,       -- in order of arrival
    first             integer,       -- ordinal of the first with this key
    same              boolean,       -- and with the same body as the first
    stored            boolean,       -- its answer is in order_request
    id                uuid,
    scope             uuid,
    key               text,
    fingerprint       text,
    actor_id          uuid,
    customer_id       uuid,
    name              text,
    email             text,
    kind              text,
    status            text,
    label             text,
    region            text,
    shipping_method   text,
    shipping_address  text,
    payment_method    text,
    reference         text,
    placed_at         timestamptz,
    currency          text,
    subtotal          bigint,
    tax               bigint,
    shipping          bigint,
    weight            bigint,
    problem           text,          -- why it cannot be
    details           text,          -- the problem's members, a JSON object
    lines             core.order_line[]  -- null: answered already
);
