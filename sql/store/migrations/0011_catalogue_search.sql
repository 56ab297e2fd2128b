-- What lists and searches read.  Everything here is derived from the tables
-- of 0010 by triggers and can be rebuilt: core.catalogue_rebuild().
--
-- A list is one range of one index, whatever category and order it has: a
-- product has one row in product_listing for the shop (category 0) and one
-- for each category that it is in, ancestors included, and each order has its
-- index that begins with the category and ends with the product.


create table core.product_listing (
    product_id    bigint not null,
    category_id   bigint not null,
    price_amount  bigint not null,
    popularity    bigint not null,
    created_at    timestamptz not null,
    status        text not null,
    availability  text not null,
    name_key      text collate "C" not null,
    primary key (product_id, category_id)
);

create index product_listing_price
    on core.product_listing (category_id, price_amount, product_id);
create index product_listing_name
    on core.product_listing (category_id, name_key, product_id);
create index product_listing_created
    on core.product_listing (category_id, created_at, product_id);
create index product_listing_popularity
    on core.product_listing (category_id, popularity, product_id);

-- What staff look for and customers never see is rare.
create index product_listing_hidden
    on core.product_listing (category_id, status, product_id)
    where status <> 'active';


-- document holds the stemmed words of name (A), codes and categories (B),
-- attributes (C) and description (D) in Portuguese and English, and the marks
-- that filters look for: '#7' for each category on its paths, '=name=value'
-- for each attribute.  One index answers words, category and attributes
-- together.  terms are the attributes and options as 'name=value', to count.

create table core.product_search (
    product_id  bigint primary key,
    name_key    text collate "C" not null,
    document    tsvector not null,
    terms       text[] not null
);

-- Searches outnumber changes: no pending list to wade through.
create index product_search_document
    on core.product_search using gin (document) with (fastupdate = off);
create index product_search_name
    on core.product_search (name_key, product_id);


-- Every word that some product has had, to mend words that none has.

create table core.search_word (
    word     text collate "C" primary key,
    pt       text collate "C" not null,
    en       text collate "C" not null,
    in_name  boolean not null
);

create index search_word_pt on core.search_word (pt);
create index search_word_en on core.search_word (en);
create index search_word_similar
    on core.search_word using gin (word core.gin_trgm_ops)
    with (fastupdate = off);


-- Accents go before the stemmer sees a word, in documents and in queries.

create text search configuration core.pt (copy = pg_catalog.portuguese);
alter text search configuration core.pt
    alter mapping for hword, hword_part, word
    with core.unaccent, pg_catalog.portuguese_stem;

create text search configuration core.en (copy = pg_catalog.english);
alter text search configuration core.en
    alter mapping for hword, hword_part, word
    with core.unaccent, pg_catalog.english_stem;

create text search configuration core.code (copy = pg_catalog.simple);
alter text search configuration core.code
    alter mapping for hword, hword_part, word
    with core.unaccent, pg_catalog.simple;
