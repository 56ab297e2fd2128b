-- The demo shop, part 3: 59 kinds by 8 details by 5 lines are 2,360 products.
-- Chance is a hash of the name, so every shop looks the same.

-- The catalogue's documents are made once, at the end (part 4).
alter table core.product disable trigger user;
alter table core.variant disable trigger user;
alter table core.product_category disable trigger user;
alter table core.product_image disable trigger user;


create function pg_temp.chance(seed text, below bigint) returns bigint
language sql immutable as $$
    select ('x' || substr(md5(seed), 1, 15))::bit(60)::bigint % below
$$;

create function pg_temp.key(name text) returns text
language sql stable as $$
    select trim(both '-' from
                regexp_replace(core.fold(name), '[^a-z0-9]+', '-', 'g'))
$$;

create function pg_temp.pick(list text, seed text) returns text
language sql immutable as $$
    select names[1 + pg_temp.chance(seed, cardinality(names))]
      from string_to_array(list, '|') as names
$$;


-- number is the product's own, and the middle of its SKUs. Prices end in 90.
create temporary table demo_product on commit drop as
select row_number() over (order by kind.slug, detail.n, line.n) as number,
       kind.slug as kind,
       trim(concat_ws(' ', nullif(kind.noun, ''), detail.name, line.name))
           as name,
       trim(concat_ws(' ', nullif(kind.noun, ''), detail.name)) as title,
       coalesce(pg_temp.pick(lines.brands, detail.name || line.name),
                line.name) as brand,
       kind.motif,
       kind.price_low + (pg_temp.chance(kind.slug || detail.name || line.name,
           (kind.price_high - kind.price_low) / 100 + 1) * 100) as price
  from demo_kind kind
  join demo_lines lines using (lines_of)
 cross join string_to_table(kind.details, '|')
       with ordinality as detail(name, n)
 cross join string_to_table(lines.names, '|')
       with ordinality as line(name, n);

analyze demo_product;


-- Two or three colours of the kind's, from a place in its list that depends on
-- the product.
create temporary table demo_colour on commit drop as
select p.number, c.n, c.name
  from demo_product p
  join demo_kind kind on kind.slug = p.kind
 cross join lateral (
       select string_to_array(kind.colours, '|') as all_of,
              pg_temp.chance('colour' || p.name, 97) as first) as given
 cross join lateral (
       select n, all_of[1 + (first + n) % cardinality(all_of)] as name
         from generate_series(0, least(1 + p.number % 2,
                                       cardinality(all_of) - 1)) as n) as c;

analyze demo_colour;


insert into core.product
       (slug, name, description, status, price_amount, attributes, source,
        external_id, created_at, updated_at)
select pg_temp.key(p.name), p.name,
       format(E'%s.\n\n%s, por %s. %s: %s.\n\n%s',
              kind.blurb, p.title, p.brand,
              upper(left(kind.attribute, 1)) || substr(kind.attribute, 2),
              trait.value,
              pg_temp.pick('Enviamos em até dois dias úteis.|'
                           'Troca grátis em 30 dias.|'
                           'Produzido no Brasil.|'
                           'Embalagem reciclável, sem plástico.|'
                           'Atendimento em português por gente de verdade.',
                           p.name)),
       'active', p.price,
       jsonb_build_object('marca', p.brand,
                          replace(pg_temp.key(kind.attribute), '-', '_'),
                          trait.value),
       'demo', p.number::text,
       timestamptz '2025-01-01 12:00Z'
           + pg_temp.chance('created' || p.name, 525600) * interval '1 minute',
       timestamptz '2026-01-01 12:00Z'
  from demo_product p
  join demo_kind kind on kind.slug = p.kind
 cross join lateral (
       select pg_temp.pick(kind.attributes, 'trait' || p.name) as value)
       as trait
 order by p.number;

analyze core.product;

insert into core.product_popularity (product_id, units)
select p.id,
       10000 / (1 + pg_temp.chance('popular' || p.name, 2000))
  from core.product p
 where p.source = 'demo';


insert into core.product_category (product_id, category_id)
select product.id, category.id
  from demo_product p
  join core.product on product.source = 'demo'
                   and product.external_id = p.number::text
  join core.category on category.slug = p.kind;

-- A variant for each colour and choice; a price by the choice's factor.
insert into core.variant
       (product_id, sku, name, options, price_amount, weight_grams, position)
select product.id,
       upper(left(p.kind, 3)) || '-' || lpad(p.number::text, 4, '0') || '-'
           || upper(left(core.fold(colour.name), 4))
           || coalesce('-' || upper(pg_temp.key(choice.name)), ''),
       concat_ws(', ', colour.name, choice.name),
       jsonb_strip_nulls(jsonb_build_object('cor', colour.name)
           || case when choice.name is null then '{}'
                   else jsonb_build_object(
                            replace(pg_temp.key(kind.axis), '-', '_'),
                            choice.name)
              end),
       case when coalesce(choice.factor, 100) = 100 then p.price
            else p.price * choice.factor / 10000 * 100 + 90 end,
       kind.grams * coalesce(choice.factor, 100) / 100,
       row_number() over (partition by p.number
                          order by colour.n, choice.n) - 1
  from demo_product p
  join demo_kind kind on kind.slug = p.kind
  join demo_colour colour on colour.number = p.number
  join core.product on product.source = 'demo'
                   and product.external_id = p.number::text
  left join lateral unnest(string_to_array(kind.choices, '|'),
                           string_to_array(kind.factors, '|')::int[])
       with ordinality as choice(name, factor, n) on kind.choices <> '';

insert into core.product_image
       (product_id, url, alt, width, height, position)
select product.id,
       '/media/demo/' || p.motif || '-' || core.fold(colour.name) || '.svg',
       p.name || ', ' || lower(colour.name), 800, 800, colour.n
  from demo_product p
  join demo_colour colour on colour.number = p.number
  join core.product on product.source = 'demo'
                   and product.external_id = p.number::text;
