-- What products and categories of orders are called now.

create or replace function core.labels_put(sales core.sale[]) returns void
language plpgsql as $$
begin
    insert into core.label as l (dimension, key, name)
    select distinct on (g.dimension, g.key) g.dimension, g.key, g.name
    from (select distinct d.dimension, d.key, d.name
          from unnest(labels_put.sales) s
          cross join lateral jsonb_to_recordset(s.lines)
                     as i(product text, name text, category text,
                          category_name text)
          cross join lateral (values ('product', i.product, i.name),
                                     ('category', i.category,
                                      i.category_name))
                     d(dimension, key, name)
          where d.name is not null) g
    where not exists (select from core.label k
                      where k.dimension = g.dimension and k.key = g.key
                            and k.name = g.name)
    order by g.dimension, g.key
    on conflict on constraint label_pkey
    do update set name = excluded.name where l.name <> excluded.name;
end
$$;
