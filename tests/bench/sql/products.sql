-- Makes N products with variants, categories, listing and search rows, for
-- benches: always the same ones, as fast as sets go.
--
--   psql -d store -v n=1000000 -f tests/bench/sql/products.sql
--
-- Run as the owner of the database.  They come on top of what is there:
-- skus BENCH-<i> for product i of N, BENCH-<i>-2 and -3 for the further
-- variants of each tenth.  500 leaf categories under 20 under
-- 4, so that a department has a quarter of them all.

\set ON_ERROR_STOP on
\if :{?n}
\else
    \set n 1000000
\endif

set client_min_messages = warning;
set synchronous_commit = off;
set work_mem = '128MB';
set maintenance_work_mem = '512MB';
set max_parallel_maintenance_workers = 2;

begin;

alter table core.product disable trigger user;
alter table core.variant disable trigger user;
alter table core.product_category disable trigger user;
alter table core.product_popularity disable trigger user;


-- Secondary indexes, unique and foreign keys of the large tables go and come
-- back at the end.

create temporary table kept_key on commit drop as
select conrelid::regclass::text as relation, conname as name,
       pg_get_constraintdef(oid) as definition
from pg_constraint
where contype in ('f', 'u')
      and conrelid in ('core.product'::regclass, 'core.variant'::regclass,
                       'core.product_category'::regclass,
                       'core.product_popularity'::regclass);

select format('alter table %s drop constraint %I', relation, name)
from kept_key
\gexec

create temporary table kept_index on commit drop as
select i.indexrelid::regclass::text as name,
       pg_get_indexdef(i.indexrelid) as definition
from pg_index i
where i.indrelid in ('core.product'::regclass, 'core.variant'::regclass,
                     'core.product_category'::regclass,
                     'core.product_listing'::regclass,
                     'core.product_search'::regclass)
      and not exists (select from pg_constraint c
                      where c.conindid = i.indexrelid
                            and c.conrelid = i.indrelid);

select format('drop index %s', name) from kept_index
\gexec


create temporary table bench_leaf on commit drop as
with recursive roots as (
    insert into core.category (slug, name, position)
    select 'bench-' || r, 'Departamento ' || r, 1000 + r
    from generate_series(0, 3) r
    order by r
    on conflict (slug) do update set name = excluded.name
    returning id, slug)
select id, slug from roots;

insert into core.category (slug, name, parent_id, position)
select l.slug || '-' || m, 'Seção ' || substr(l.slug, 7) || '.' || m, l.id, m
from bench_leaf l, generate_series(0, 4) m
order by l.slug, m
on conflict (slug) do nothing;

insert into core.category (slug, name, parent_id, position)
select c.slug || '-' || f, 'Linha ' || replace(substr(c.slug, 7), '-', '.')
       || '.' || f, c.id, f
from core.category c, generate_series(0, 24) f
where c.slug ~ '^bench-[0-9]+-[0-9]+$'
order by c.slug, f
on conflict (slug) do nothing;

truncate bench_leaf;
alter table bench_leaf add column n int, add column path bigint[],
                       add column name text;
insert into bench_leaf
select c.id, c.slug, row_number() over (order by c.slug) - 1, c.path, c.name
from core.category c
where c.slug ~ '^bench-[0-9]+-[0-9]+-[0-9]+$';
create index on bench_leaf (n);
analyze bench_leaf;


-- A name is three words; its document is made once for each of the 40 x 25
-- pairs of noun and adjective and once for each of the 50 brands.

create temporary table bench_word (kind text, n int, word text)
    on commit drop;

insert into bench_word
select 'noun', ordinality - 1, word
from unnest(array['Cafeteira', 'Chaleira', 'Torradeira', 'Batedeira',
    'Liquidificador', 'Panela', 'Frigideira', 'Caneca', 'Xícara', 'Prato',
    'Camiseta', 'Calça', 'Vestido', 'Jaqueta', 'Sapato', 'Tênis', 'Sandália',
    'Bolsa', 'Mochila', 'Relógio', 'Luminária', 'Poltrona', 'Sofá', 'Mesa',
    'Cadeira', 'Estante', 'Tapete', 'Cortina', 'Almofada', 'Colchão',
    'Notebook', 'Teclado', 'Monitor', 'Impressora', 'Roteador', 'Lanterna',
    'Furadeira', 'Martelo', 'Bicicleta', 'Violão']) with ordinality word;

insert into bench_word
select 'adjective', ordinality - 1, word
from unnest(array['compacta', 'elétrica', 'clássica', 'portátil', 'leve',
    'resistente', 'dobrável', 'térmica', 'digital', 'artesanal', 'ecológica',
    'reforçada', 'silenciosa', 'moderna', 'infantil', 'profissional',
    'colorida', 'rústica', 'luxuosa', 'econômica', 'ajustável', 'magnética',
    'impermeável', 'giratória', 'universal']) with ordinality word;

insert into bench_word
select 'brand', ordinality - 1, word
from unnest(array['Aurora', 'Boreal', 'Cerrado', 'Dourado', 'Estrela',
    'Farol', 'Galáxia', 'Horizonte', 'Ipanema', 'Jatobá', 'Kairós', 'Laguna',
    'Manacá', 'Nascente', 'Oceano', 'Pampa', 'Quartzo', 'Raiz', 'Safira',
    'Tucano', 'Umbu', 'Vereda', 'Xingu', 'Yara', 'Zênite', 'Araçá', 'Brisa',
    'Caiçara', 'Diamante', 'Encanto', 'Fênix', 'Girassol', 'Harmonia',
    'Ibirá', 'Jangada', 'Lótus', 'Mirante', 'Netuno', 'Orquídea', 'Pinhão',
    'Recanto', 'Sertão', 'Trópico', 'Uirapuru', 'Veleiro', 'Xaxim', 'Açaí',
    'Bambu', 'Cristal', 'Duna']) with ordinality word;

create temporary table bench_doc on commit drop as
select kind, n, word, core.text_document(word, 'A') as document
from bench_word
union all
select 'leaf', n, name,
       core.text_document(name, 'B')
           || array_to_tsvector(array(select '#' || unnest(path)))
from bench_leaf
union all
select 'color', n - 1, color,
       core.text_document(color, 'C')
           || array_to_tsvector(array['=cor=' || color])
from unnest(array['preto', 'branco', 'azul', 'vermelho', 'verde', 'amarelo',
                  'cinza', 'rosa']) with ordinality c (color, n);
create index on bench_doc (kind, n);
analyze bench_doc;

insert into core.search_word (word, pt, en, in_name)
select distinct on (w) w, core.stem('portuguese_stem', w),
       core.stem('english_stem', w), true
from bench_word, unnest(core.words(word)) w
on conflict (word) do update set in_name = true;


-- One row for each product, its properties drawn by hashing its number.

create function pg_temp.draw(i int, what int, n int) returns int
language sql immutable as $$
    select ((hashint8extended(i, what) % n + n) % n)::int
$$;

create temporary table bench on commit drop as
select d.i, base.product + d.i as id, base.variant + 3 * d.i as variant_id,
       noun.word || ' ' || adjective.word || ' ' || brand.word as name,
       core.fold(noun.word || ' ' || adjective.word || ' ' || brand.word)
           as name_key,
       d.price, d.popularity, d.created_at, d.availability,
       color.word as color, leaf.id as category_id, leaf.path,
       leaf.slug as category_slug, leaf.name as category_name,
       noun.document || adjective.document || brand.document
           || leaf_doc.document || color.document
           || core.code_document('BENCH-' || d.i) as document
from (select i, 100 + pg_temp.draw(i, 1, 99900)::bigint as price,
             pg_temp.draw(i, 2, 10000)::bigint as popularity,
             timestamptz '2025-01-01 00:00:00Z' + i * interval '23 seconds'
                 as created_at,
             case pg_temp.draw(i, 3, 20) when 0 then 'out_of_stock'
                                         when 1 then 'low_stock'
                                         else 'in_stock' end as availability,
             pg_temp.draw(i, 4, 40) as noun,
             pg_temp.draw(i, 5, 25) as adjective,
             pg_temp.draw(i, 6, 50) as brand,
             pg_temp.draw(i, 7, 8) as color,
             pg_temp.draw(i, 8, 500) as leaf
      from generate_series(1, :n) i) d
cross join (select (select coalesce(max(id), 0) from core.product) as product,
                   (select coalesce(max(id), 0) from core.variant) as variant)
           base
join bench_doc noun on noun.kind = 'noun' and noun.n = d.noun
join bench_doc adjective on adjective.kind = 'adjective'
                            and adjective.n = d.adjective
join bench_doc brand on brand.kind = 'brand' and brand.n = d.brand
join bench_doc color on color.kind = 'color' and color.n = d.color
join bench_leaf leaf on leaf.n = d.leaf
join bench_doc leaf_doc on leaf_doc.kind = 'leaf' and leaf_doc.n = d.leaf
order by d.i;

\echo rows made

insert into core.product
    (id, slug, name, description, price_amount, availability, attributes,
     categories, variants, source, external_id, created_at)
overriding system value
select b.id, 'bench-produto-' || b.i, b.name,
       b.name || ', cor ' || b.color || '. Produto de teste número ' || b.i
           || '.',
       b.price, b.availability,
       jsonb_build_object('cor', b.color),
       jsonb_build_array(jsonb_build_object(
           'id', b.category_id, 'slug', b.category_slug,
           'name', b.category_name)),
       (select jsonb_agg(jsonb_build_object(
                   'id', b.variant_id + k, 'name', '', 'options', '{}'::jsonb,
                   'sku', 'BENCH-' || b.i || coalesce('-' || nullif(k, 0) + 1,
                                                      ''),
                   'price', jsonb_build_object('amount', b.price + 100 * k,
                                               'currency', 'BRL'),
                   'availability', b.availability) order by k)
        from generate_series(0, case when b.i % 10 = 0 then 2 else 0 end) k),
       'bench', b.i::text, b.created_at
from bench b;

insert into core.product_popularity (product_id, units)
select b.id, b.popularity from bench b where b.popularity > 0;

\echo products

insert into core.variant
    (id, product_id, sku, price_amount, availability, position, created_at)
overriding system value
select b.variant_id + k, b.id,
       'BENCH-' || b.i || coalesce('-' || nullif(k, 0) + 1, ''),
       b.price + 100 * k, b.availability, k, b.created_at
from bench b,
     generate_series(0, case when b.i % 10 = 0 then 2 else 0 end) k;

insert into core.product_category (product_id, category_id)
select b.id, b.category_id from bench b;

\echo variants

insert into core.product_listing
    (product_id, category_id, price_amount, popularity, created_at, status,
     availability, name_key)
select b.id, c, b.price, b.popularity, b.created_at, 'active',
       b.availability, b.name_key
from bench b, unnest(0 || b.path) c;

insert into core.product_search (product_id, name_key, document, terms)
select b.id, b.name_key,
       b.document,
       array['cor=' || b.color]
from bench b;

\echo lists

select format('select setval(pg_get_serial_sequence(%L, ''id''), '
              '(select max(id) from %s))', t, t)
from unnest(array['core.product', 'core.variant']) t
\gexec

select definition from kept_index
\gexec

select format('alter table %s add constraint %I %s', relation, name,
              definition)
from kept_key
\gexec

alter table core.product enable trigger user;
alter table core.variant enable trigger user;
alter table core.product_category enable trigger user;
alter table core.product_popularity enable trigger user;

commit;

vacuum (analyze) core.product, core.variant, core.product_category,
                 core.product_popularity, core.product_listing,
                 core.product_search, core.search_word;
