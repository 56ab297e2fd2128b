-- How much a product is bought, for orders by popularity.


-- Takes the units ever ordered from the stock levels into the catalogue, for
-- the products where they differ, at most so many; answers how many it took,
-- so that a caller repeats until it is none.  Not part of an order's
-- transaction: popularity may lag, orders may not.

create or replace function core.popularity_refresh(at_most int default 5000)
    returns bigint
language plpgsql set search_path = core, pg_temp as $$
declare
    took bigint;
begin
    with sold as (
        select v.product_id, sum(s.ordered)::bigint as units
        from core.stock_level s
        join core.variant v on v.id = s.variant_id
        where s.ordered > 0
        group by v.product_id),
    stale as (
        select p.id, sold.units
        from sold
        join core.product p on p.id = sold.product_id
        where p.popularity <> sold.units
        order by p.id
        limit popularity_refresh.at_most
        for no key update of p)
    update core.product p
    set popularity = stale.units
    from stale
    where p.id = stale.id;

    get diagnostics took = row_count;
    return took;
end
$$;
