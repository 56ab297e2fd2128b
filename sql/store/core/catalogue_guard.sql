-- What stands before a change of the catalogue: does it exist, is it the
-- version that was meant, may it go.


-- The product by id or slug, locked until the end of the transaction.

create or replace function core.lock_product(id text, expected_version bigint)
    returns core.product
language plpgsql set search_path = core, pg_temp as $$
declare
    found core.product;
begin
    select p.* into found from core.product p
    where p.id = case when lock_product.id ~ '^[0-9]{1,18}$'
                      then lock_product.id::bigint
                      else (select s.id from core.product s
                            where s.slug = lock_product.id) end
    for no key update;

    if found.id is null then
        perform core.fail('product_not_found', 404);
    end if;

    perform core.check_version(found.version, expected_version);
    return found;
end
$$;


-- The variants of a product by id or slug, or that one of them.

create or replace function core.variants_of(product text, variant_id bigint)
    returns bigint[]
language sql stable as $$
    select array(
        select v.id from core.variant v
        where v.product_id = case when variants_of.product ~ '^[0-9]{1,18}$'
                                  then variants_of.product::bigint
                                  else (select s.id from core.product s
                                        where s.slug = variants_of.product) end
              and (variants_of.variant_id is null
                   or v.id = variants_of.variant_id)
        order by v.id)
$$;


create or replace function core.lock_variant(product_id bigint, id bigint,
                                             expected_version bigint)
    returns core.variant
language plpgsql set search_path = core, pg_temp as $$
declare
    found core.variant;
begin
    select v.* into found from core.variant v
    where v.id = lock_variant.id and v.product_id = lock_variant.product_id
    for no key update;

    if found.id is null then
        perform core.fail('variant_not_found', 404);
    end if;

    perform core.check_version(found.version, expected_version);
    return found;
end
$$;


create or replace function core.lock_image(product_id bigint, id bigint,
                                           expected_version bigint)
    returns core.product_image
language plpgsql set search_path = core, pg_temp as $$
declare
    found core.product_image;
begin
    select i.* into found from core.product_image i
    where i.id = lock_image.id and i.product_id = lock_image.product_id
    for no key update;

    if found.id is null then
        perform core.fail('image_not_found', 404);
    end if;

    perform core.check_version(found.version, expected_version);
    return found;
end
$$;


create or replace function core.lock_category(id text,
                                              expected_version bigint)
    returns core.category
language plpgsql set search_path = core, pg_temp as $$
declare
    found core.category;
begin
    select c.* into found from core.category c
    where c.id = core.category_id(lock_category.id)
    for update;

    if found.id is null then
        perform core.fail('category_not_found', 404);
    end if;

    perform core.check_version(found.version, expected_version);
    return found;
end
$$;


-- A price is set against a version that the caller has seen.

create or replace function core.require_version(expected_version bigint)
    returns void
language plpgsql as $$
begin
    if expected_version is null then
        perform core.fail('if_match_required', 428);
    end if;
end
$$;


-- Refuses to delete variants that were sold or are in stock; what names the
-- codes: product or variant.

create or replace function core.refuse_used_variants(ids bigint[], what text)
    returns void
language plpgsql stable set search_path = core, pg_temp as $$
begin
    if exists (select from core.stock_level s
               where s.variant_id = any (ids) and s.ordered > 0)
       or exists (select from core.order_item i
                  where i.variant_id = any (ids))
    then
        perform core.fail(what || '_has_sales', 409);
    end if;

    if exists (select from core.stock_level s
               where s.variant_id = any (ids)
                     and (s.on_hand > 0 or s.reserved > 0))
    then
        perform core.fail(what || '_has_stock', 409);
    end if;
end
$$;
