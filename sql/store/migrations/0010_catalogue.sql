-- The catalogue: categories, products, their variants and images.
--
-- What customers read is one row of core.product: variants, categories and
-- images are kept beside it as documents by triggers (core/catalogue_*.sql),
-- so a product page is one index probe whoever changed what, psql included.
--
-- Locks: change products before their variants, rows in id order.


-- A tree.  path holds the ids from the root to the row itself and is kept by
-- trigger; slug never looks like an id.

create table core.category (
    id           bigint generated always as identity primary key,
    parent_id    bigint references core.category,
    slug         text not null unique
                 check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'
                        and slug !~ '^[0-9]+$' and length(slug) <= 120),
    name         text not null check (length(name) between 1 and 120),
    description  text not null default '' check (length(description) <= 2000),
    position     int not null default 0,
    path         bigint[] not null default '{}',
    version      bigint not null default 1,
    changed_in   xid8 not null default pg_current_xact_id(),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now()
);

create index category_parent on core.category (parent_id, position, id);
create index category_path on core.category using gin (path);


-- price_amount is the lowest price among the active variants.  Writing it
-- moves the variants that had the old price.  availability is the best among
-- the active variants.  categories, variants and images are the documents of
-- the API.  changed_in is the transaction that last moved version, so that a
-- transaction moves it once.

create table core.product (
    id            bigint generated always as identity primary key,
    slug          text not null unique
                  check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'
                         and slug !~ '^[0-9]+$' and length(slug) <= 240),
    name          text not null check (length(name) between 1 and 200),
    description   text not null default ''
                  check (length(description) <= 20000),
    status        text not null default 'active'
                  check (status in ('draft', 'active', 'archived')),
    price_amount  bigint not null default 0
                  check (price_amount between 0 and 9007199254740991),
    currency      char(3) not null default 'BRL'
                  check (currency ~ '^[A-Z]{3}$'),
    availability  text not null default 'out_of_stock'
                  check (availability
                         in ('in_stock', 'low_stock', 'out_of_stock')),
    popularity    bigint not null default 0,
    attributes    jsonb not null default '{}'
                  check (jsonb_typeof(attributes) = 'object'),
    categories    jsonb not null default '[]',
    variants      jsonb not null default '[]',
    images        jsonb not null default '[]',
    source        text check (length(source) between 1 and 60),
    external_id   text check (length(external_id) between 1 and 200),
    version       bigint not null default 1,
    changed_in    xid8 not null default pg_current_xact_id(),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now()
) with (fillfactor = 90);

create unique index product_external on core.product (source, external_id)
    where external_id is not null;


-- What is bought and counted.  Every product has at least one.

create table core.variant (
    id            bigint generated always as identity primary key,
    product_id    bigint not null references core.product on delete cascade,
    sku           text not null unique
                  check (length(sku) between 1 and 64
                         and sku ~ '^[[:graph:]]( ?[[:graph:]])*$'),
    name          text not null default '' check (length(name) <= 200),
    options       jsonb not null default '{}'
                  check (jsonb_typeof(options) = 'object'),
    price_amount  bigint not null
                  check (price_amount between 0 and 9007199254740991),
    currency      char(3) not null default 'BRL'
                  check (currency ~ '^[A-Z]{3}$'),
    tax_class     text not null default 'standard'
                  check (tax_class ~ '^[a-z][a-z0-9_]{0,30}$'),
    weight_grams  int not null default 0 check (weight_grams >= 0),
    position      int not null default 0,
    active        boolean not null default true,
    availability  text not null default 'out_of_stock'
                  check (availability
                         in ('in_stock', 'low_stock', 'out_of_stock')),
    version       bigint not null default 1,
    changed_in    xid8 not null default pg_current_xact_id(),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now()
) with (fillfactor = 90);

create index variant_product on core.variant (product_id, position, id);


create table core.product_category (
    product_id   bigint not null references core.product on delete cascade,
    category_id  bigint not null references core.category,
    primary key (product_id, category_id)
);

create index product_category_category
    on core.product_category (category_id, product_id);


create table core.product_image (
    id          bigint generated always as identity primary key,
    product_id  bigint not null references core.product on delete cascade,
    url         text not null check (length(url) between 1 and 2000),
    alt         text not null default '' check (length(alt) <= 300),
    width       int check (width > 0),
    height      int check (height > 0),
    position    int not null default 0,
    version     bigint not null default 1,
    changed_in  xid8 not null default pg_current_xact_id(),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);

create index product_image_product
    on core.product_image (product_id, position, id);


-- Chosen by hand; when there are too few, the shop adds neighbours.

create table core.product_related (
    product_id  bigint not null references core.product on delete cascade,
    related_id  bigint not null references core.product on delete cascade,
    position    int not null default 0,
    primary key (product_id, related_id),
    check (product_id <> related_id)
);

create index product_related_related on core.product_related (related_id);
