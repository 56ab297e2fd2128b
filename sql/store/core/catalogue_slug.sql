-- Names as they stand in addresses.


-- Letters and digits, joined by hyphens; never empty, never a number, which
-- would be taken for an id.

create or replace function core.slugify(name text) returns text
language sql immutable parallel safe as $$
    select case when s = '' then 'item'
                when s ~ '^[0-9]+$' then 'n-' || s
                else s end
    from btrim(left(regexp_replace(core.fold(name), '[^a-z0-9]+', '-', 'g'),
                    100), '-') s
$$;


-- The given slugs, made unique: one that is taken gets the id of its owner
-- behind it, and if somebody had just that, a random tail.

create or replace function core.free_product_slug(wanted text, id bigint)
    returns text
language sql volatile as $$
    select case
        when not exists (select from core.product p
                         where p.slug = wanted and p.id <> free_product_slug.id)
        then wanted
        when not exists (select from core.product p
                         where p.slug = wanted || '-' || free_product_slug.id
                               and p.id <> free_product_slug.id)
        then wanted || '-' || free_product_slug.id
        else wanted || '-' || substr(gen_random_uuid()::text, 1, 8)
        end
$$;

create or replace function core.free_category_slug(wanted text, id bigint)
    returns text
language sql volatile as $$
    select case
        when not exists (select from core.category c
                         where c.slug = wanted
                               and c.id <> free_category_slug.id)
        then wanted
        when not exists (select from core.category c
                         where c.slug = wanted || '-' || free_category_slug.id
                               and c.id <> free_category_slug.id)
        then wanted || '-' || free_category_slug.id
        else wanted || '-' || substr(gen_random_uuid()::text, 1, 8)
        end
$$;
