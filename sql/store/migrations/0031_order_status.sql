-- An order as the API shows it, and orders that are entered afterwards with
-- the status they stand in.

create type core.order_document as (
    id                 uuid,
    number             bigint,
    status             text,
    status_label       text,
    kind               text,
    customer_id        uuid,
    name               text,
    email              text,
    region             text,
    items              json,
    subtotal           json,
    discount_total     json,
    shipping_total     json,
    tax_total          json,
    total              json,
    shipping_method    text,
    shipping_address   text,
    payment_method     text,
    payment_reference  text,
    reference          text,
    tracking           jsonb,
    placed_at          timestamptz,
    updated_at         timestamptz,
    version            bigint,
    _cursor            jsonb,            -- of a list
    _total             bigint
);

alter type core.order_draft add attribute status text;
alter type core.order_draft add attribute label text;
