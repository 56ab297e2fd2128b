-- How much a product is bought changes every minute and is nothing that its
-- page shows. It stands apart from the product, whose row gateways hear of,
-- so that counting sales drops no cached page. Lists are ordered by the copy
-- in core.product_listing, which triggers keep.

create table core.product_popularity (
    product_id  bigint primary key
                references core.product on delete cascade,
    units       bigint not null check (units >= 0)
) with (fillfactor = 90);

comment on table core.product_popularity is
    'Units ever ordered; no row means none.';

insert into core.product_popularity (product_id, units)
select p.id, p.popularity from core.product p where p.popularity > 0;

alter table core.product drop column popularity;
