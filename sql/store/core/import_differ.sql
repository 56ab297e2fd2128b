-- What a dry run would change: the first items that differ from what is there,
-- field by field, as cells of an export. Called for each batch once it was
-- merged and taken back.

create or replace function core.import_differ(i core.import) returns void
language sql as $$
    insert into core.import_change (import_id, line, sku, kind, changes)
    select i.id, t.line, t.sku,
           case when v.id is null then 'created' else 'updated' end, d.changes
    from core.import_item t
    left join core.variant v on v.sku = t.sku
    left join core.product p
           on p.id = coalesce(v.product_id,
                              (select q.id from core.product q
                               where q.slug = t.slug))
    left join core.stock_level s
           on s.variant_id = v.id
              and s.location_id
                  = coalesce((i.options ->> 'location_id')::bigint, 1)
    cross join lateral (
        select jsonb_agg(jsonb_build_object('field', f.field, 'from', f.was,
                                            'to', f.becomes)
                         order by f.place, f.field)
        from core.import_fields(t, p, v, s.on_hand) f
        where f.becomes is distinct from f.was) d (changes)
    where t.import_id = i.id and t.batch = i.batch and d.changes is not null
          and not exists (select from core.import_refusal r
                          where r.import_id = i.id and r.line = t.line)
    order by t.line
    limit 500 - (select count(*) from core.import_change c
                 where c.import_id = i.id)
$$;


-- Each field that an item says something about: as it is, and as it becomes.
create or replace function core.import_fields(
        t core.import_item, p core.product, v core.variant, on_hand bigint)
    returns table (place int, field text, was text, becomes text)
language sql stable as $$
    select f.* from (values
        (1, 'name', p.name, t.name),
        (2, 'description', nullif(p.description, ''), t.description),
        (3, 'price', core.import_price_cell(v.price_amount),
         core.import_price_cell(t.price)),
        (4, 'currency', v.currency::text, t.currency),
        (5, 'category', core.import_category_cell(p.id),
         (select string_agg(c, '|' order by c) from unnest(t.categories) c)),
        (6, 'stock', on_hand::text, t.stock::text),
        (7, 'status', p.status, t.status),
        (8, 'variant', nullif(v.name, ''), t.variant),
        (9, 'tax_class', v.tax_class, t.tax_class),
        (10, 'weight', v.weight_grams::text, t.weight::text),
        (11, 'active', v.active::text, t.active::text))
        f (place, field, was, becomes)
    where f.becomes is not null
    union all
    select 12, b.bag || a.key, core.import_attribute_cell(b.was -> a.key),
           core.import_attribute_cell(
               core.import_attributes(coalesce(b.was, '{}'), b.given) -> a.key)
    from (values ('attr:', p.attributes, t.attributes),
                 ('option:', v.options, t.options)) b (bag, was, given)
    cross join lateral jsonb_object_keys(coalesce(b.given, '{}')) a (key)
$$;


create or replace function core.import_price_cell(amount bigint) returns text
language sql immutable parallel safe as $$
    select to_char(amount / 100.0, 'FM999999999999990.00')
$$;


create or replace function core.import_category_cell(product_id bigint)
    returns text
language sql stable as $$
    select string_agg(l.path, '|' order by l.path)
    from core.product_category pc
    join core.category k on k.id = pc.category_id
    cross join lateral (
        select string_agg(a.name, ' > ' order by u.n)
        from unnest(k.path) with ordinality u (id, n)
        join core.category a on a.id = u.id) l (path)
    where pc.product_id = import_category_cell.product_id
$$;
