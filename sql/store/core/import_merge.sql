-- Merges one batch of items into the catalogue: set by set, through the same
-- tables, triggers and stock functions as single changes. Runs inside the
-- transaction of core.import_advance, which also counts.
--
-- Locks: as everywhere, stock levels in key order, then products in id order.


-- The products among the items of a batch: what the first row that says
-- something about each field says.
create or replace function core.import_products(import_id uuid, batch int,
                                                only_product text)
    returns table (product text, product_id bigint, slug text, name text,
                   description text, status text, attributes jsonb,
                   categories text[], price bigint, currency text,
                   line bigint)
language sql stable as $$
    select t.product, min(t.product_id),
           (array_agg(t.slug order by t.line)
               filter (where t.slug is not null))[1],
           (array_agg(t.name order by t.line)
               filter (where t.name is not null))[1],
           (array_agg(t.description order by t.line)
               filter (where t.description is not null))[1],
           (array_agg(t.status order by t.line)
               filter (where t.status is not null))[1],
           (array_agg(t.attributes order by t.line)
               filter (where t.attributes is not null))[1],
           string_to_array(
               (array_agg(array_to_string(t.categories, '|') order by t.line)
                   filter (where t.categories is not null))[1], '|'),
           min(t.price), min(t.currency), min(t.line)
    from core.import_item t
    where t.import_id = import_products.import_id
          and t.batch = import_products.batch
          and (only_product is null or t.product = only_product)
    group by t.product
$$;


create or replace function core.import_merge(i core.import, batch int,
                                             only_product text)
    returns table (created bigint, updated bigint, unchanged bigint)
language plpgsql as $$
begin
    perform core.import_resolve(i, batch, only_product);
    perform core.import_merge_products(i, batch, only_product);
    perform core.import_merge_variants(i, batch, only_product);
    perform core.import_merge_categories(i, batch, only_product);
    perform core.import_merge_stock(i, batch, only_product);

    return query
    select count(*) filter (where t.is_new),
           count(*) filter (where not t.is_new and t.changed),
           count(*) filter (where not t.is_new and not t.changed)
    from core.import_item t
    where t.import_id = i.id and t.batch = import_merge.batch
          and (only_product is null or t.product = only_product);
end
$$;


-- Finds what is there already, locks it, and gives ids to new products.
create or replace function core.import_resolve(i core.import, batch int,
                                               only_product text)
    returns void
language plpgsql as $$
begin
    update core.import_item t
    set variant_id = f.variant_id, product_id = f.product_id,
        is_new = f.variant_id is null, changed = false
    from (select n.line, v.id as variant_id,
                 coalesce(v.product_id, p.id) as product_id
          from core.import_item n
          left join core.variant v on v.sku = n.sku
          left join core.product p on p.slug = n.slug
          where n.import_id = i.id and n.batch = import_resolve.batch) f
    where t.import_id = i.id and t.batch = import_resolve.batch
          and t.line = f.line
          and (only_product is null or t.product = only_product);

    perform core.import_open_stock(i, batch, only_product);

    perform from core.product p
    where p.id in (select t.product_id from core.import_item t
                   where t.import_id = i.id
                         and t.batch = import_resolve.batch)
    order by p.id for no key update;

    with given as materialized (
        select p.product, coalesce(p.product_id,
                              nextval('core.product_id_seq')) as id
        from core.import_products(i.id, import_resolve.batch, only_product) p
    )
    update core.import_item t
    set product_id = g.id
    from given g
    where t.import_id = i.id and t.batch = import_resolve.batch
          and t.product = g.product and t.product_id is null;
end
$$;


create or replace function core.import_merge_products(i core.import,
                                                      batch int,
                                                      only_product text)
    returns void
language plpgsql as $$
declare
    shop  text := core.import_currency(i);
begin
    -- those without a slug of their own get one from their name; of several
    -- in one batch the first has it to itself
    insert into core.product (id, slug, name, description, status,
                              price_amount, currency, attributes)
    overriding system value
    select g.product_id,
           case when g.slug is not null then g.slug
                when row_number() over (partition by core.slugify(g.name)
                                        order by g.product_id) > 1
                then core.slugify(g.name) || '-' || g.product_id
                else core.free_product_slug(core.slugify(g.name),
                                            g.product_id) end,
           g.name, coalesce(g.description, ''), coalesce(g.status, 'active'),
           g.price, coalesce(g.currency, shop),
           core.import_attributes('{}', g.attributes)
    from core.import_products(i.id, batch, only_product) g
    where not exists (select from core.product p where p.id = g.product_id);

    with moved as (
        update core.product p
        set name = coalesce(g.name, p.name),
            description = coalesce(g.description, p.description),
            status = coalesce(g.status, p.status),
            attributes = core.import_attributes(p.attributes, g.attributes)
        from core.import_products(i.id, batch, only_product) g
        where p.id = g.product_id
              and (p.name, p.description, p.status, p.attributes)
                  is distinct from
                  (coalesce(g.name, p.name),
                   coalesce(g.description, p.description),
                   coalesce(g.status, p.status),
                   core.import_attributes(p.attributes, g.attributes))
        returning p.id
    )
    update core.import_item t set changed = true
    from moved m
    where t.import_id = i.id and t.batch = import_merge_products.batch
          and t.product_id = m.id;
end
$$;


create or replace function core.import_merge_variants(i core.import,
                                                      batch int,
                                                      only_product text)
    returns void
language plpgsql as $$
declare
    shop  text := core.import_currency(i);
begin
    with moved as (
        update core.variant v
        set name = coalesce(t.variant, v.name),
            options = core.import_attributes(v.options, t.options),
            price_amount = coalesce(t.price, v.price_amount),
            currency = coalesce(t.currency, v.currency),
            tax_class = coalesce(t.tax_class, v.tax_class),
            weight_grams = coalesce(t.weight, v.weight_grams),
            active = coalesce(t.active, v.active)
        from core.import_item t
        where t.import_id = i.id and t.batch = import_merge_variants.batch
              and (only_product is null or t.product = only_product)
              and v.id = t.variant_id
              and (v.name, v.options, v.price_amount, v.currency::text,
                   v.tax_class, v.weight_grams, v.active)
                  is distinct from
                  (coalesce(t.variant, v.name),
                   core.import_attributes(v.options, t.options),
                   coalesce(t.price, v.price_amount),
                   coalesce(t.currency, v.currency::text),
                   coalesce(t.tax_class, v.tax_class),
                   coalesce(t.weight, v.weight_grams),
                   coalesce(t.active, v.active))
        returning v.id
    )
    update core.import_item t set changed = true
    from moved m
    where t.import_id = i.id and t.batch = import_merge_variants.batch
          and t.variant_id = m.id;

    with made as (
        insert into core.variant (product_id, sku, name, options,
                                  price_amount, currency, tax_class,
                                  weight_grams, active, position)
        select t.product_id, t.sku, coalesce(t.variant, ''),
               core.import_attributes('{}', t.options), t.price,
               coalesce(t.currency, p.currency, shop),
               coalesce(t.tax_class, 'standard'), coalesce(t.weight, 0),
               coalesce(t.active, true),
               coalesce(l.position, -1)
               + row_number() over (partition by t.product_id
                                    order by t.line)
        from core.import_item t
        join core.product p on p.id = t.product_id
        cross join lateral (select max(v.position) as position
                            from core.variant v
                            where v.product_id = t.product_id) l
        where t.import_id = i.id and t.batch = import_merge_variants.batch
              and (only_product is null or t.product = only_product)
              and t.variant_id is null
        order by t.line
        returning id, sku
    )
    update core.import_item t set variant_id = m.id
    from made m
    where t.import_id = i.id and t.batch = import_merge_variants.batch
          and t.sku = m.sku;
end
$$;


-- A product with a category cell stands in exactly the categories it names;
-- those that are missing are made.
create or replace function core.import_merge_categories(i core.import,
                                                        batch int,
                                                        only_product text)
    returns void
language plpgsql as $$
declare
    places  jsonb;
begin
    select jsonb_object_agg(w.path, core.import_category(w.path)) into places
    from (select distinct path
          from core.import_products(i.id, batch, only_product) g,
               unnest(g.categories) path
          order by path) w;

    if places is null then
        return;
    end if;

    with wanted as materialized (
        select distinct g.product_id, (places ->> path)::bigint as category_id
        from core.import_products(i.id, batch, only_product) g,
             unnest(g.categories) path
    ),
    gone as (
        delete from core.product_category c
        where c.product_id in (select w.product_id from wanted w)
              and not exists (select from wanted w
                              where w.product_id = c.product_id
                                    and w.category_id = c.category_id)
        returning c.product_id
    ),
    come as (
        insert into core.product_category (product_id, category_id)
        select w.product_id, w.category_id from wanted w
        order by w.product_id, w.category_id
        on conflict do nothing
        returning product_id
    )
    update core.import_item t set changed = true
    from (select product_id from gone union select product_id from come) m
    where t.import_id = i.id and t.batch = import_merge_categories.batch
          and t.product_id = m.product_id;
end
$$;


-- The category at a path of names, made where it is missing. Names are
-- compared without case and accents.
create or replace function core.import_category(path text) returns bigint
language plpgsql as $$
declare
    part   text;
    above  bigint;
    here   bigint;
begin
    foreach part in array string_to_array(path, ' > ') loop
        select c.id into here
        from core.category c
        where c.parent_id is not distinct from above
              and core.fold(c.name) = core.fold(part)
        order by c.id
        limit 1;

        if not found then
            here := nextval('core.category_id_seq');

            insert into core.category (id, parent_id, slug, name)
            overriding system value
            values (here, above,
                    core.free_category_slug(core.slugify(part), here), part);
        end if;

        above := here;
    end loop;

    return here;
end
$$;


-- The currency of prices that name none.
create or replace function core.import_currency(i core.import) returns text
language sql stable as $$
    select coalesce(i.options ->> 'currency',
                    case when i.format = 'online-retail' then 'GBP' end,
                    (select s.value #>> '{}' from core.setting s
                     where s.key = 'currency'),
                    'BRL')
$$;
