-- `commerce pack` brings the rows of search into the order of their names, in
-- which products that share words stand together. Room on a page keeps a
-- product that changes where it stood.

alter table core.product_search cluster on product_search_name;
alter table core.product_search set (fillfactor = 90);
