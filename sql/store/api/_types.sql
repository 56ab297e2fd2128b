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
