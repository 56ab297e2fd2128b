-- Orders are priced by core.price_one(), like carts: their lines and sums go
-- through the stages of api.place_orders as it gives them.

drop type core.order_head cascade;
drop type core.order_line cascade;

-- One request of the group, and what it comes to. Amounts of a credit are
-- negative.
create type core.order_head as (
    ordinal            integer,      -- in order of arrival
    first              integer,      -- ordinal of the first with this key
    same               boolean,      -- and with the same body as the first
    stored             boolean,      -- its answer is in order_request
    id                 uuid,
    scope              uuid,
    key                text,
    fingerprint        text,
    actor_id           uuid,
    customer_id        uuid,
    name               text,
    email              text,
    kind               text,
    status             text,
    label              text,
    region             text,
    shipping_method    text,
    shipping_address   text,
    payment_method     text,
    reference          text,
    placed_at          timestamptz,
    cart_id            uuid,
    currency           text,
    subtotal           bigint,
    discount           bigint,
    shipping           bigint,
    shipping_discount  bigint,
    shipping_tax       bigint,
    tax                bigint,
    tax_included       bigint,
    total              bigint,
    weight             bigint,
    problem            text,         -- why it cannot be
    details            text,         -- the problem's members, a JSON object
    lines              core.price_line[], -- null: answered already
    offers             core.price_offer[] -- null: nothing was offered
);

alter type core.order_document add attribute shipping_discount json;
alter type core.order_document add attribute tax_included json;
alter type core.order_document add attribute promotions json;

-- Which came first.
alter table core.order_promotion add column position int not null default 0;


-- What only some carts need, each made by one call.

-- What promotions made of the lines.
create type core.price_deal as (
    lines         core.price_line[],
    offers        core.price_offer[],
    discount      bigint,
    tax           bigint,
    tax_included  bigint,
    free          boolean               -- of freight
);

-- code null: there is no such method.
create type core.price_freight as (
    code          text,
    amount        bigint,
    tax           bigint,
    tax_included  bigint
);
