-- Shows what the first page and page 10,000 of a filtered list cost in the
-- database: the plans of the statements that api.list_products assembles.
--
--   psql -d store -v category=1 -f tests/bench/sql/list_explain.sql
--
-- Run as a superuser (auto_explain) over what products.sql has made. A page
-- is looked up by the cursor of the row before it, which is found by OFFSET
-- here and by the page before in the shop.

\set ON_ERROR_STOP on
\if :{?category}
\else
    \set category 1
\endif

set search_path = core, public;
set client_min_messages = log;
load 'auto_explain';
set auto_explain.log_analyze = on;
set auto_explain.log_buffers = on;
set auto_explain.log_timing = off;
set auto_explain.log_nested_statements = on;

prepare page(text[], bigint, bigint, boolean, jsonb) as
select * from api.list_products(
    q => null, category => :'category', price_min => $2, price_max => $3,
    in_stock => $4, status => null, attr => null, ids => null, sort => $1,
    "limit" => 21, cursor => $5, count => 'none', facets => null,
    principal => null);

select jsonb_build_object('by', array['-price'], 'after',
                          jsonb_build_array(price_amount, product_id))
           as by_price
from product_listing
where category_id = :category and status = 'active'
order by price_amount desc, product_id desc
offset 199999 limit 1 \gset

select jsonb_build_object('by', array['name'], 'after',
                          jsonb_build_array(name_key, product_id)) as by_name
from product_listing
where category_id = :category and status = 'active'
      and availability <> 'out_of_stock'
order by name_key, product_id
offset 199999 limit 1 \gset

-- Warm.
\o /dev/null
execute page('{-price}', null, null, null, null);
execute page('{-price}', null, null, null, :'by_price');
execute page('{name}', null, null, true, null);
execute page('{name}', null, null, true, :'by_name');
execute page('{-popularity}', 10000, 20000, true, null);

set auto_explain.log_min_duration = 0;
\echo == category, -price: first page
execute page('{-price}', null, null, null, null);
\echo == category, -price: page 10,000
execute page('{-price}', null, null, null, :'by_price');
\echo == category, in stock, name: first page
execute page('{name}', null, null, true, null);
\echo == category, in stock, name: page 10,000
execute page('{name}', null, null, true, :'by_name');
\echo == category, in stock, price range, -popularity: first page
execute page('{-popularity}', 10000, 20000, true, null);
