-- Saving products: one road for POST, PUT, PATCH, upsert and batch, and one
-- pass for any number of them.  Items are described in catalogue_check.sql
-- and have been checked there.
--
-- Without JIT: the planner takes every jsonb array for a hundred items and
-- would compile for seconds what runs for a millisecond.


-- Creates the items without an id and changes the others, member by member:
-- what set does not name stays.  Answers the ids by n.  Somebody who is faster
-- than the check can take a code, which is refused then, or a slug made from a
-- name, for which there is another.
--
-- Locks: the products in id order, then their variants.

create or replace function core.save_products(items jsonb, actor uuid)
    returns table (n int, id bigint, created boolean)
language plpgsql set search_path = core, pg_temp
    set jit = off as $$
declare
    which text;
begin
    perform from core.product p
    where p.id in (select (i ->> 'id')::bigint
                   from jsonb_array_elements(items) i)
    order by p.id for no key update;

    select jsonb_agg(case when i ->> 'id' is not null then i
                     else i || jsonb_build_object(
                              'new', true,
                              'id', nextval('core.product_id_seq')) end
                     order by (i ->> 'n')::int)
    into items
    from jsonb_array_elements(items) i;

    for attempt in 1 .. 2 loop
        begin
            perform core.write_products(items, actor, attempt > 1);
            exit;

        exception when unique_violation then
            get stacked diagnostics which = constraint_name;

            if which <> 'product_slug_key' or attempt = 2 then
                perform core.refuse_duplicate(which);
            end if;
        end;
    end loop;

    return query select (i ->> 'n')::int, (i ->> 'id')::bigint,
                        coalesce((i ->> 'new')::boolean, false)
                 from jsonb_array_elements(items) i;
end
$$;


create or replace function core.refuse_duplicate(which text) returns void
language plpgsql as $$
begin
    case which
    when 'product_slug_key' then
        perform core.fail_at('slug_taken', 409, '/slug');
    when 'product_external' then
        perform core.fail_at('external_id_taken', 409, '/external_id');
    else
        perform core.fail_at('sku_taken', 409, '/sku');
    end case;
end
$$;


create or replace function core.write_products(items jsonb, actor uuid,
                                               crowded boolean)
    returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    perform core.insert_products(items, crowded);
    perform core.update_products(items);
    perform core.save_variants(items, actor);
    perform core.save_product_categories(items);
    perform core.save_product_images(items);

    perform core.relate_product((i ->> 'id')::bigint,
                                i -> 'set' -> 'related_ids')
    from jsonb_array_elements(items) i
    where i -> 'set' ? 'related_ids';
end
$$;


-- A slug that is not given is made from the name; the id goes behind it when
-- others have the same, or when that turned out only just now (crowded).

create or replace function core.insert_products(items jsonb, crowded boolean)
    returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    insert into core.product (id, slug, name, description, status,
                              price_amount, currency, attributes, source,
                              external_id)
    overriding system value
    select i.id,
           coalesce(i.set ->> 'slug',
                    case when i.turn = 1 and not crowded
                    then core.free_product_slug(i.slug, i.id)
                    else i.slug || '-' || i.id end),
           i.set ->> 'name', coalesce(i.set ->> 'description', ''),
           coalesce(i.set ->> 'status', 'active'),
           coalesce((i.price ->> 'amount')::bigint, 0),
           coalesce(i.price ->> 'currency', core.shop_currency()),
           core.merge_patch('{}', coalesce(i.set -> 'attributes', '{}')),
           i.set ->> 'source', i.set ->> 'external_id'
    from (select (item ->> 'id')::bigint as id, item -> 'set' as set,
                 core.slugify(item -> 'set' ->> 'name') as slug,
                 coalesce(item -> 'set' -> 'price',
                          item -> 'set' -> 'variants' -> 0 -> 'price')
                     as price,
                 row_number() over (
                     partition by core.slugify(item -> 'set' ->> 'name')
                     order by (item ->> 'n')::int) as turn
          from jsonb_array_elements(items) item
          where (item ->> 'new')::boolean) i
    order by i.id;
end
$$;


create or replace function core.shop_currency() returns text
language sql stable as $$
    select coalesce((select s.value #>> '{}' from core.setting s
                     where s.key = 'currency'), 'BRL')
$$;


create or replace function core.update_products(items jsonb) returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    update core.product p
    set name = coalesce(i.set ->> 'name', p.name),
        slug = case when not i.set ? 'slug' then p.slug
                    else coalesce(i.set ->> 'slug',
                                  core.free_product_slug(
                                      core.slugify(coalesce(
                                          i.set ->> 'name', p.name)),
                                      p.id)) end,
        description = case when i.set ? 'description'
                      then coalesce(i.set ->> 'description', '')
                      else p.description end,
        status = coalesce(i.set ->> 'status', p.status),
        attributes = case when i.set ? 'attributes'
                     then coalesce(nullif(i.set -> 'attributes', 'null'),
                                   '{}')
                     else p.attributes end,
        source = case when i.set ? 'source' then i.set ->> 'source'
                 else p.source end,
        external_id = case when i.set ? 'external_id'
                      then i.set ->> 'external_id' else p.external_id end
    from (select (item ->> 'id')::bigint as id, item -> 'set' as set
          from jsonb_array_elements(items) item
          where item ->> 'new' is null
                and item -> 'set' ?| array['name', 'slug', 'description',
                                           'status', 'attributes', 'source',
                                           'external_id']) i
    where p.id = i.id;
end
$$;


-- Variants are the same by id, else by sku.  When the list is given, those
-- that it leaves out go: for good if nobody ever stocked or sold them.

create or replace function core.save_variants(items jsonb, actor uuid)
    returns void
language plpgsql set search_path = core, pg_temp as $$
declare
    made bigint[];
begin
    perform core.save_shared_members(items);

    -- First those that stay, so that their codes are free for new ones.
    update core.variant v
    set sku = coalesce(w.doc ->> 'sku', v.sku),
        name = coalesce(w.doc ->> 'name', v.name),
        options = coalesce(w.doc -> 'options', v.options),
        price_amount = coalesce((w.doc -> 'price' ->> 'amount')::bigint,
                                v.price_amount),
        currency = coalesce(w.doc -> 'price' ->> 'currency', v.currency),
        tax_class = coalesce(w.doc ->> 'tax_class', v.tax_class),
        weight_grams = coalesce((w.doc ->> 'weight_grams')::int,
                                v.weight_grams),
        active = coalesce((w.doc ->> 'active')::boolean, true),
        position = w.ord
    from core.wanted_variants(items) w
    where v.product_id = w.product_id
          and case when w.doc ? 'id' then v.id = (w.doc ->> 'id')::bigint
                   else v.sku = w.doc ->> 'sku' end;

    perform core.retire_variants(array(
        select v.id
        from jsonb_array_elements(items) i
        join core.variant v on v.product_id = (i ->> 'id')::bigint
        where i -> 'set' ? 'variants' and i ->> 'new' is null
              and not exists (
                  select from core.wanted_variants(jsonb_build_array(i)) w
                  where v.id = (w.doc ->> 'id')::bigint
                        or v.sku = w.doc ->> 'sku')));

    with added as (
        insert into core.variant (product_id, sku, name, options,
                                  price_amount, currency, tax_class,
                                  weight_grams, active, position)
        select w.product_id, w.doc ->> 'sku', coalesce(w.doc ->> 'name', ''),
               coalesce(w.doc -> 'options', '{}'),
               (w.doc -> 'price' ->> 'amount')::bigint,
               w.doc -> 'price' ->> 'currency',
               coalesce(w.doc ->> 'tax_class', 'standard'),
               coalesce((w.doc ->> 'weight_grams')::int, 0),
               coalesce((w.doc ->> 'active')::boolean, true), w.ord
        from core.wanted_variants(items) w
        where not exists (select from core.variant v
                          where v.product_id = w.product_id
                                and case when w.doc ? 'id'
                                    then v.id = (w.doc ->> 'id')::bigint
                                    else v.sku = w.doc ->> 'sku' end)
        order by w.product_id, w.ord
        returning id)
    select array_agg(a.id) into made from added a;

    if not jsonb_path_exists(items, '$.**.stock') then
        return;
    end if;

    perform core.stock_receive(v.id,
                               coalesce((w.doc -> 'stock'
                                         ->> 'location_id')::bigint, 1),
                               (w.doc -> 'stock' ->> 'on_hand')::bigint,
                               'receipt', 'initial stock', null, actor)
    from core.variant v
    join core.wanted_variants(items) w
         on w.product_id = v.product_id and w.doc ->> 'sku' = v.sku
    where v.id = any (made)
          and (w.doc -> 'stock' ->> 'on_hand')::bigint > 0
    order by v.id;
end
$$;


-- Code, price, tax class and weight given for a product as a whole: they mean
-- the variant that has that code, else all of them, which the checks allow
-- where it makes sense.

create or replace function core.save_shared_members(items jsonb)
    returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    update core.variant v
    set sku = coalesce(i.set ->> 'sku', v.sku),
        price_amount = coalesce((i.set -> 'price' ->> 'amount')::bigint,
                                v.price_amount),
        currency = coalesce(i.set -> 'price' ->> 'currency', v.currency),
        tax_class = coalesce(i.set ->> 'tax_class', v.tax_class),
        weight_grams = coalesce((i.set ->> 'weight_grams')::int,
                                v.weight_grams)
    from (select item.id, item.set,
                 exists (select from core.variant x
                         where x.product_id = item.id
                               and x.sku = item.set ->> 'sku') as one
          from (select (i ->> 'id')::bigint as id, i -> 'set' as set
                from jsonb_array_elements(items) i
                where i ->> 'new' is null
                      and not i -> 'set' ? 'variants') item
          where item.set ?| array['sku', 'price', 'tax_class',
                                  'weight_grams']) i
    where v.product_id = i.id
          and case when i.one then v.sku = i.set ->> 'sku'
                   else v.active or i.set ? 'sku' end;
end
$$;


-- Takes variants out of sale: out of the shop, too, if they leave no trace.

create or replace function core.retire_variants(ids bigint[]) returns void
language plpgsql set search_path = core, pg_temp as $$
declare
    used bigint[] := array(
        select id from unnest(ids) id
        where exists (select from core.stock_level s
                      where s.variant_id = id
                            and (s.on_hand > 0 or s.reserved > 0
                                 or s.ordered > 0))
              or exists (select from core.stock_movement m
                         where m.variant_id = id));
begin
    if cardinality(ids) = 0 then
        return;
    end if;

    update core.variant v set active = false
    where v.id = any (used) and v.active;

    delete from core.stock_level s
    where s.variant_id = any (ids) and s.variant_id <> all (used);

    delete from core.variant v
    where v.id = any (ids) and v.id <> all (used);
end
$$;


create or replace function core.save_product_categories(items jsonb)
    returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    delete from core.product_category pc
    using jsonb_array_elements(items) i
    where pc.product_id = (i ->> 'id')::bigint
          and i -> 'set' ? 'category_ids'
          and (jsonb_typeof(i -> 'set' -> 'category_ids') = 'null'
               or not i -> 'set' -> 'category_ids'
                      @> to_jsonb(pc.category_id));

    insert into core.product_category (product_id, category_id)
    select (i ->> 'id')::bigint, c::bigint
    from jsonb_array_elements(items) i,
         jsonb_array_elements_text(
             nullif(i -> 'set' -> 'category_ids', 'null')) c
    order by 1, 2
    on conflict do nothing;
end
$$;


-- Images are the same by url.

create or replace function core.save_product_images(items jsonb)
    returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    if not jsonb_path_exists(items, '$[*].set.images') then
        return;
    end if;

    delete from core.product_image x
    using jsonb_array_elements(items) i
    where x.product_id = (i ->> 'id')::bigint
          and i -> 'set' ? 'images'
          and not exists (
              select from jsonb_array_elements(
                              nullif(i -> 'set' -> 'images', 'null')) d
              where d ->> 'url' = x.url);

    update core.product_image x
    set alt = w.alt, width = w.width, height = w.height,
        position = w.place
    from core.wanted_images(items) w
    where x.product_id = w.product_id and x.url = w.url;

    insert into core.product_image (product_id, url, alt, width, height,
                                    position)
    select w.product_id, w.url, w.alt, w.width, w.height, w.place
    from core.wanted_images(items) w
    where not exists (select from core.product_image x
                      where x.product_id = w.product_id and x.url = w.url)
    order by w.product_id, w.place;
end
$$;


create or replace function core.wanted_images(items jsonb)
    returns table (product_id bigint, url text, alt text, width int,
                   height int, place int)
language sql immutable as $$
    select distinct on (1, 2)
           (i ->> 'id')::bigint, d.doc ->> 'url',
           coalesce(d.doc ->> 'alt', ''), (d.doc ->> 'width')::int,
           (d.doc ->> 'height')::int, d.ord::int - 1
    from jsonb_array_elements(items) i,
         jsonb_array_elements(nullif(i -> 'set' -> 'images', 'null'))
             with ordinality d (doc, ord)
    order by 1, 2, d.ord
$$;
