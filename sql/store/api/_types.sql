-- Shapes that more than one function answers.

create type api.product as (
    id            bigint,
    slug          text,
    name          text,
    description   text,
    status        text,
    price         jsonb,
    availability  text,
    categories    jsonb,
    attributes    jsonb,
    variants      jsonb,
    images        jsonb,
    source        text,
    external_id   text,
    version       bigint,
    created_at    timestamptz,
    updated_at    timestamptz
);


-- A product in a list.

create type api.product_listed as (
    id            bigint,
    slug          text,
    name          text,
    status        text,
    price         jsonb,
    availability  text,
    categories    jsonb,
    images        jsonb,
    version       bigint,
    created_at    timestamptz,
    updated_at    timestamptz,
    _cursor       jsonb,
    _total        bigint,
    _facets       jsonb
);


-- The answer to a write of a product.

create type api.product_saved as (
    id            bigint,
    slug          text,
    name          text,
    description   text,
    status        text,
    price         jsonb,
    availability  text,
    categories    jsonb,
    attributes    jsonb,
    variants      jsonb,
    images        jsonb,
    source        text,
    external_id   text,
    version       bigint,
    created_at    timestamptz,
    updated_at    timestamptz,
    _status       int,
    _location     text
);


create type api.variant as (
    id            bigint,
    product_id    bigint,
    sku           text,
    name          text,
    options       jsonb,
    price         jsonb,
    tax_class     text,
    weight_grams  int,
    position      int,
    active        boolean,
    availability  text,
    version       bigint,
    created_at    timestamptz,
    updated_at    timestamptz,
    _status       int,
    _location     text
);


create type api.product_image as (
    id          bigint,
    product_id  bigint,
    url         text,
    alt         text,
    width       int,
    height      int,
    position    int,
    version     bigint,
    created_at  timestamptz,
    updated_at  timestamptz,
    _status     int,
    _location   text
);


create type api.category as (
    id           bigint,
    parent_id    bigint,
    slug         text,
    name         text,
    description  text,
    position     int,
    path         bigint[],
    version      bigint,
    created_at   timestamptz,
    updated_at   timestamptz,
    _status      int,
    _location    text
);


-- A category in a list.

create type api.category_listed as (
    id           bigint,
    parent_id    bigint,
    slug         text,
    name         text,
    description  text,
    position     int,
    path         bigint[],
    version      bigint,
    created_at   timestamptz,
    updated_at   timestamptz,
    _cursor      jsonb,
    _total       bigint
);
