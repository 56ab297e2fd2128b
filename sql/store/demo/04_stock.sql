-- The demo shop, part 4: goods on the shelves. Levels and their ledger are
-- written together, as a receipt does. One variant in seventeen is sold out,
-- one in eleven is low, one in five is kept in a second place too.

insert into core.location (code, name, priority)
values ('recife', 'Centro de distribuição Recife', 50);

create temporary table demo_stock on commit drop as
select variant.id as variant_id, location.id as location_id,
       case when variant.id % 17 = 0 then 0
            when variant.id % 11 = 0 then 1 + variant.id % 4
            else 20 + pg_temp.chance('stock' || variant.sku || location.code,
                                     180)
       end as on_hand
  from core.variant
  join core.product on product.id = variant.product_id
                   and product.source = 'demo'
  join core.location on location.id = 1
                     or (location.code = 'recife' and variant.id % 5 = 0);

insert into core.stock_level (variant_id, location_id, on_hand, threshold)
select variant_id, location_id, on_hand, 5
  from demo_stock
 order by variant_id, location_id;

insert into core.stock_movement
       (variant_id, location_id, kind, delta, balance, reason, reference)
select variant_id, location_id, 'receipt', on_hand, on_hand,
       'Estoque inicial', 'demo'
  from demo_stock
 where on_hand > 0
 order by variant_id, location_id;

select core.availability_refresh(array_agg(distinct variant_id))
  from demo_stock;


-- What part 3 put off.
alter table core.product enable trigger user;
alter table core.variant enable trigger user;
alter table core.product_category enable trigger user;
alter table core.product_image enable trigger user;

analyze core.product, core.variant, core.category, core.product_category,
        core.product_image;

select core.catalogue_rebuild();
