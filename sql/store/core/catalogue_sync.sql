-- Keeps the derived side of the catalogue: the documents in core.product,
-- core.product_listing, core.product_search and core.search_word.  All of it
-- runs in statement triggers and works on sets, so a statement that changes
-- ten thousand products costs one pass.
--
--   variant, product_category, product_image, category
--       -> core.product_sync(ids)     documents, price, availability
--   product
--       -> core.listing_sync(ids)     rows of lists
--       -> core.search_sync(ids)      words and terms


-- The documents of the given products.  Their rows are locked first, in a
-- statement of its own: what is read afterwards includes the changes of
-- everybody who held them before.

create or replace function core.product_sync(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp
    set jit = off as $$
begin
    perform from core.product p
    where p.id = any (ids) order by p.id for no key update;

    update core.product p
    set price_amount = coalesce(v.price_amount, p.price_amount),
        currency = coalesce(v.currency, p.currency),
        availability = coalesce(v.availability, 'out_of_stock'),
        variants = coalesce(v.document, '[]'),
        categories = coalesce(c.document, '[]'),
        images = coalesce(i.document, '[]')
    from unnest(ids) wanted (id)
    left join lateral core.variants_document(wanted.id) v on true
    left join lateral core.categories_document(wanted.id) c on true
    left join lateral core.images_document(wanted.id) i on true
    where p.id = wanted.id
          and (p.price_amount, p.currency, p.availability, p.variants,
               p.categories, p.images)
              is distinct from
              (coalesce(v.price_amount, p.price_amount),
               coalesce(v.currency, p.currency),
               coalesce(v.availability, 'out_of_stock'),
               coalesce(v.document, '[]'), coalesce(c.document, '[]'),
               coalesce(i.document, '[]'));
end
$$;


create or replace function core.variants_document(product_id bigint)
    returns table (price_amount bigint, currency char(3), availability text,
                   document jsonb)
language sql stable as $$
    select min(v.price_amount), min(v.currency),
           case when bool_or(v.availability = 'in_stock') then 'in_stock'
                when bool_or(v.availability = 'low_stock') then 'low_stock'
                else 'out_of_stock' end,
           jsonb_agg(jsonb_build_object(
                         'id', v.id, 'sku', v.sku, 'name', v.name,
                         'options', v.options,
                         'price', core.money(v.price_amount, v.currency),
                         'availability', v.availability)
                     order by v.position, v.id)
    from core.variant v
    where v.product_id = variants_document.product_id and v.active
    having count(*) > 0
$$;


create or replace function core.categories_document(product_id bigint)
    returns table (document jsonb)
language sql stable as $$
    select jsonb_agg(jsonb_build_object('id', c.id, 'slug', c.slug,
                                        'name', c.name)
                     order by cardinality(c.path), c.position, c.id)
    from core.product_category pc
    join core.category c on c.id = pc.category_id
    where pc.product_id = categories_document.product_id
    having count(*) > 0
$$;


create or replace function core.images_document(product_id bigint)
    returns table (document jsonb)
language sql stable as $$
    select jsonb_agg(jsonb_build_object('id', i.id, 'url', i.url,
                                        'alt', i.alt, 'width', i.width,
                                        'height', i.height)
                     order by i.position, i.id)
    from core.product_image i
    where i.product_id = images_document.product_id
    having count(*) > 0
$$;


-- The rows of the given products in lists: the shop and every category on
-- the paths of theirs.  The popularity of a row that is there already is left
-- to core.popularity_sync.

create or replace function core.listing_sync(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp
    set jit = off as $$
begin
    delete from core.product_listing l
    where l.product_id = any (ids)
          and l.category_id <> 0
          and not exists (
              select from core.product_category pc
              join core.category c on c.id = pc.category_id
              where pc.product_id = l.product_id
                    and l.category_id = any (c.path));

    insert into core.product_listing as l
        (product_id, category_id, price_amount, popularity, created_at,
         status, availability, name_key)
    select p.id, place.category_id, p.price_amount, coalesce(pp.units, 0),
           p.created_at, p.status, p.availability, core.name_key(p.name)
    from core.product p
    left join core.product_popularity pp on pp.product_id = p.id
    cross join lateral (
        select 0
        union
        select unnest(c.path)
        from core.product_category pc
        join core.category c on c.id = pc.category_id
        where pc.product_id = p.id) place (category_id)
    where p.id = any (ids)
    order by p.id, place.category_id
    on conflict (product_id, category_id) do update
    set price_amount = excluded.price_amount,
        created_at = excluded.created_at,
        status = excluded.status,
        availability = excluded.availability,
        name_key = excluded.name_key
    where (l.price_amount, l.created_at, l.status, l.availability,
           l.name_key)
          is distinct from
          (excluded.price_amount, excluded.created_at, excluded.status,
           excluded.availability, excluded.name_key);
end
$$;


create or replace function core.search_sync(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp
    set jit = off as $$
begin
    insert into core.product_search as s
        (product_id, name_key, document, terms)
    select p.id, core.name_key(p.name),
           core.product_document(p, t.terms), t.terms
    from core.product p
    cross join lateral (
        select core.product_terms(p.attributes, p.variants) offset 0)
        t (terms)
    where p.id = any (ids)
    order by p.id
    on conflict (product_id) do update
    set name_key = excluded.name_key,
        document = excluded.document,
        terms = excluded.terms
    where s is distinct from excluded;

    perform core.learn_words(ids);
end
$$;


-- Puts new words of the given products into the vocabulary.  What is known
-- already, nearly always everything, is not written.

create or replace function core.learn_words(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    insert into core.search_word as w (word, pt, en, in_name)
    select found.word, core.stem('portuguese_stem', found.word),
           core.stem('english_stem', found.word), bool_or(found.in_name)
    from core.product p
    cross join lateral (
        select unnest(core.words(p.name)), true
        union all
        select unnest(core.words(c ->> 'name')), true
        from jsonb_array_elements(p.categories) c
        union all
        select unnest(core.words(p.description)), false)
        found (word, in_name)
    where p.id = any (ids)
          and not exists (select from core.search_word k
                          where k.word = found.word
                                and k.in_name >= found.in_name)
    group by found.word
    order by found.word
    on conflict (word) do update set in_name = true
    where excluded.in_name and not w.in_name;
end
$$;


-- After any change of what a product's documents are made of.

create or replace function core.product_parts_changed() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    ids bigint[];
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct n.product_id) into ids from new_rows n;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct o.product_id) into ids from old_rows o;
    else
        select array_agg(distinct u.product_id) into ids
        from (select * from new_rows except select * from old_rows
              union all
              (select * from old_rows except select * from new_rows)) u;
    end if;

    if ids is not null then
        perform core.product_sync(ids);
    end if;

    return null;
end
$$;

do $$
declare
    part text;
begin
    foreach part in array array['variant', 'product_category',
                                'product_image']
    loop
        execute format('
            create or replace trigger %1$s_inserted
                after insert on core.%1$s
                referencing new table as new_rows
                for each statement
                execute function core.product_parts_changed();
            create or replace trigger %1$s_updated
                after update on core.%1$s
                referencing old table as old_rows new table as new_rows
                for each statement
                execute function core.product_parts_changed();
            create or replace trigger %1$s_deleted
                after delete on core.%1$s
                referencing old table as old_rows
                for each statement
                execute function core.product_parts_changed()', part);
    end loop;
end
$$;


create or replace function core.product_inserted() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    ids bigint[] := array(select n.id from new_rows n);
begin
    perform core.listing_sync(ids);
    perform core.search_sync(ids);
    return null;
end
$$;


-- A price that is not the lowest of the variants was written on the product
-- itself: the variants that had the old one follow.

create or replace function core.product_updated() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    listed   bigint[];
    searched bigint[];
begin
    if not exists (select from new_rows) then
        return null;
    end if;

    update core.variant v
    set price_amount = case when v.price_amount = o.price_amount
                            then n.price_amount else v.price_amount end,
        currency = n.currency
    from new_rows n
    join old_rows o on o.id = n.id
    cross join lateral (
        select min(x.price_amount) as price_amount, min(x.currency) as currency
        from core.variant x where x.product_id = n.id and x.active) m
    where v.product_id = n.id
          and (n.price_amount, n.currency) <> (o.price_amount, o.currency)
          and (n.price_amount, n.currency)
              is distinct from (m.price_amount, m.currency)
          and (v.price_amount = o.price_amount or v.currency <> n.currency);

    select array_agg(n.id) into listed
    from new_rows n join old_rows o on o.id = n.id
    where (n.name, n.status, n.price_amount, n.availability, n.created_at,
           n.categories)
          is distinct from
          (o.name, o.status, o.price_amount, o.availability, o.created_at,
           o.categories);

    select array_agg(n.id) into searched
    from new_rows n join old_rows o on o.id = n.id
    where (n.name, n.description, n.attributes, n.variants, n.categories)
          is distinct from
          (o.name, o.description, o.attributes, o.variants, o.categories);

    if listed is not null then
        perform core.listing_sync(listed);
    end if;

    if searched is not null then
        perform core.search_sync(searched);
    end if;

    return null;
end
$$;


create or replace function core.product_deleted() returns trigger
language plpgsql set search_path = core, pg_temp as $$
begin
    delete from core.product_listing l
    using old_rows o where l.product_id = o.id;

    delete from core.product_search s
    using old_rows o where s.product_id = o.id;

    return null;
end
$$;

create or replace trigger product_inserted
    after insert on core.product
    referencing new table as new_rows
    for each statement execute function core.product_inserted();

create or replace trigger product_updated
    after update on core.product
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.product_updated();

create or replace trigger product_deleted
    after delete on core.product
    referencing old table as old_rows
    for each statement execute function core.product_deleted();


-- A category that was renamed changes the documents of its products; one that
-- moved takes its whole branch along, and its products to other lists.  A few
-- follow at once, a multitude with the next turns of upkeep.

create or replace function core.category_updated() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    at_once constant int := 500;
    ids     bigint[];
begin
    if exists (select from new_rows n join old_rows o on o.id = n.id
               where n.path <> o.path)
    then
        update core.category c
        set path = c.path
        from new_rows n join old_rows o on o.id = n.id
        where n.path <> o.path and c.parent_id = n.id;
    end if;

    select array_agg(distinct pc.product_id) into ids
    from new_rows n join old_rows o on o.id = n.id
    join core.product_category pc on pc.category_id = n.id
    where (n.name, n.slug, n.position, n.path)
          is distinct from (o.name, o.slug, o.position, o.path);

    if cardinality(ids) > at_once then
        insert into core.product_stale (product_id)
        select unnest(ids[at_once + 1:]) order by 1
        on conflict do nothing;
    end if;

    if ids is not null then
        perform core.products_derive(ids[1:at_once]);
    end if;

    return null;
end
$$;


create or replace function core.products_derive(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    perform core.product_sync(ids);
    perform core.listing_sync(ids);
    perform core.popularity_sync(ids);
    perform core.search_sync(ids);
end
$$;


-- Catches up with products left behind, at most so many; answers how many.

create or replace function core.stale_refresh(at_most int) returns bigint
language plpgsql set search_path = core, pg_temp as $$
declare
    ids bigint[];
begin
    with taken as (
        delete from core.product_stale s
        where s.product_id in (select o.product_id from core.product_stale o
                               order by o.product_id limit at_most)
        returning s.product_id)
    select array_agg(t.product_id order by t.product_id) into ids
    from taken t;

    if ids is not null then
        perform core.products_derive(ids);
    end if;

    return coalesce(cardinality(ids), 0);
end
$$;

create or replace trigger category_updated
    after update on core.category
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.category_updated();


-- Makes everything derived anew, in portions: after a load with the triggers
-- off, or to be sure.  Answers how many products there are.

create or replace function core.catalogue_rebuild() returns bigint
language plpgsql set search_path = core, pg_temp as $$
declare
    ids   bigint[];
    last  bigint := 0;
    total bigint := 0;
begin
    delete from core.product_listing l
    where not exists (select from core.product p where p.id = l.product_id);

    delete from core.product_search s
    where not exists (select from core.product p where p.id = s.product_id);

    loop
        ids := array(select p.id from core.product p
                     where p.id > last order by p.id limit 5000);
        exit when cardinality(ids) = 0;

        perform core.products_derive(ids);

        last := ids[cardinality(ids)];
        total := total + cardinality(ids);
    end loop;

    return total;
end
$$;
