-- How much a product is bought, for orders by popularity.


-- Takes the units ever ordered from the stock levels into the catalogue, for
-- so many of the products after the given one; answers the last of them, or
-- null after the last of all.  A portion costs what it looks at, however many
-- products there are.  Not part of an order's transaction: popularity may lag,
-- orders may not.
--
-- Plans here are kept and go by the indexes: to make them costs as much as to
-- look at a portion in which nothing moved.

create or replace function core.popularity_refresh(after bigint,
                                                   at_most int)
    returns bigint
language plpgsql set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off as $$
declare
    last bigint := (
        select max(portion.id)
        from (select p.id from core.product p
              where p.id > popularity_refresh.after
              order by p.id limit popularity_refresh.at_most) portion);
begin
    with sold as (
        select v.product_id, sum(s.ordered)::bigint as units
        from core.variant v
        join core.stock_level s on s.variant_id = v.id
        where v.product_id > popularity_refresh.after
              and v.product_id <= last and s.ordered > 0
        group by v.product_id)
    insert into core.product_popularity as pp (product_id, units)
    select sold.product_id, sold.units
    from sold
    left join core.product_popularity known
         on known.product_id = sold.product_id
    where known.units is distinct from sold.units
    order by sold.product_id
    on conflict (product_id) do update set units = excluded.units;

    return last;
end
$$;


-- Brings the popularity of the given products into the lists.  Rows are
-- locked in the order of core.listing_sync.

create or replace function core.popularity_sync(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set jit = off as $$
begin
    with moved as (
        select l.product_id, l.category_id, coalesce(pp.units, 0) as units
        from core.product_listing l
        left join core.product_popularity pp on pp.product_id = l.product_id
        where l.product_id = any (ids)
              and l.popularity <> coalesce(pp.units, 0)
        order by l.product_id, l.category_id
        for no key update of l)
    update core.product_listing l
    set popularity = moved.units
    from moved
    where l.product_id = moved.product_id
          and l.category_id = moved.category_id;
end
$$;


-- Also called when no row was touched.

create or replace function core.popularity_changed() returns trigger
language plpgsql set search_path = core, pg_temp as $$
begin
    if exists (select from rows) then
        perform core.popularity_sync(array(select r.product_id from rows r));
    end if;

    return null;
end
$$;

create or replace trigger popularity_inserted
    after insert on core.product_popularity
    referencing new table as rows
    for each statement execute function core.popularity_changed();

create or replace trigger popularity_updated
    after update on core.product_popularity
    referencing new table as rows
    for each statement execute function core.popularity_changed();

create or replace trigger popularity_deleted
    after delete on core.product_popularity
    referencing old table as rows
    for each statement execute function core.popularity_changed();
