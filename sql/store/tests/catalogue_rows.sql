-- An operator's UPDATE by psql: versions move, documents, lists and words
-- follow, whichever table was written.

begin;
select plan(48);

insert into core.category (slug, name) values ('bebidas', 'Bebidas');
insert into core.category (slug, name, parent_id)
select 'cafes', 'Cafés', id from core.category where slug = 'bebidas';
insert into core.category (slug, name) values ('ofertas', 'Ofertas');

insert into core.product (slug, name, description, attributes)
values ('cafe', 'Café moído', 'Torra média', '{"torra": "média"}');

create temporary view p as
select * from core.product where slug in ('cafe', 'cafe-novo');
create temporary view l as
select l.* from core.product_listing l join p on p.id = l.product_id;
create temporary view s as
select s.* from core.product_search s join p on p.id = s.product_id;

insert into core.variant (product_id, sku, price_amount, options)
select id, sku, price, options::jsonb
from p, (values ('CAF-500', 1999, '{"peso": "500 g"}'),
                ('CAF-1000', 3499, '{"peso": "1 kg"}'))
            v (sku, price, options);
insert into core.product_category
select p.id, c.id from p, core.category c where c.slug = 'cafes';
insert into core.product_image (product_id, url) select id, '/a.svg' from p;

select is(version, 1::bigint, 'one transaction, one version') from p;
select is(price_amount, 1999::bigint, 'the lowest price') from p;
select is(jsonb_array_length(variants), 2, 'both variants') from p;
select is(variants -> 0 ->> 'sku', 'CAF-500', 'in order') from p;
select is(categories -> 0 ->> 'slug', 'cafes', 'the category') from p;
select is(images -> 0 ->> 'url', '/a.svg', 'the image') from p;
select is((select array_agg(coalesce(c.slug, '') order by l.category_id)
           from l left join core.category c on c.id = l.category_id),
          '{"",bebidas,cafes}', 'listed in the shop and up the tree');
select is(terms, '{"peso=1 kg","peso=500 g",torra=média}',
          'terms to filter by') from s;
select ok(document @@ core.search_query('cafes moidos', false),
          'found without accents, in the plural') from s;
select ok(document @@ core.search_query('bebida', false) is false,
          'not by the name of a category above') from s;

select ok(core.code_document('12e45-AB 7e8f') @@ core.search_query(q, false),
          q || ' is one word, whatever it looks like')
from unnest(array['12e45-ab', '7E8F', '7e8f 12e45']) q;
select ok(core.text_document('Filtro 12e45ab', 'A')
          @@ core.search_query('12e45ab', false), 'in names, too');

-- Transactions are told apart by their id, which a test has only one of.
create function pg_temp.later() returns void language sql as $$
    update core.product set changed_in = '3';
    update core.variant set changed_in = '3';
    update core.category set changed_in = '3';
$$;
alter table core.product disable trigger product_touch;
alter table core.variant disable trigger variant_touch;
select pg_temp.later();
alter table core.product enable trigger product_touch;
alter table core.variant enable trigger variant_touch;

update core.product set name = name where slug = 'cafe';
select is(version, 1::bigint, 'nothing changed, nothing moved') from p;

insert into core.product_popularity (product_id, units)
select id, 7 from core.product;
select is(version, 1::bigint, 'popularity is no change') from p;
select is(min(popularity), 7::bigint, 'but it is listed') from l;

insert into core.product (slug, name) values ('caneca', 'Caneca');
insert into core.variant (product_id, sku, price_amount)
select id, 'CAN-' || n, 1000 from core.product, generate_series(1, 2) n
where slug = 'caneca';
insert into core.stock_level (variant_id, location_id, on_hand, ordered)
select v.id, 1, 9, 4 from core.variant v where v.sku ~ '^CAN-';
select is(core.popularity_refresh(0, 1000), max(p.id), 'what was ordered counts')
from core.product p;
select is(l.popularity, 8::bigint, 'of all variants together')
from core.product_listing l join core.product p on p.id = l.product_id
where p.slug = 'caneca';
select is(core.popularity_refresh(max(p.id), 1000), null, 'and nothing is left')
from core.product p;

update core.product set price_amount = 1500 where slug = 'cafe';
select is(version, 2::bigint, 'a price is a change') from p;
select is(v.price_amount, 1500::bigint, 'the variant that had it follows')
from core.variant v where v.sku = 'CAF-500';
select is(v.price_amount, 3499::bigint, 'the other one does not')
from core.variant v where v.sku = 'CAF-1000';
select is(variants #>> '{0,price,amount}', '1500', 'the document says so')
from p;
select is(min(l.price_amount), 1500::bigint, 'and the lists') from l;

update core.variant set price_amount = 900 where sku = 'CAF-1000';
select is(price_amount, 900::bigint, 'the product has the lowest price')
from p;
select is(v.price_amount, 1500::bigint, 'which moves nobody else')
from core.variant v where v.sku = 'CAF-500';

update core.variant set active = false where sku = 'CAF-1000';
select is(price_amount, 1500::bigint, 'of those on sale') from p;
select is(jsonb_array_length(variants), 1, 'only they are shown') from p;

update core.variant set availability = 'low_stock' where sku = 'CAF-500';
select is(availability, 'low_stock', 'availability follows') from p;
select is(min(l.availability), 'low_stock', 'into the lists') from l;

update core.product set name = 'Chá verde', slug = 'cafe-novo'
where slug = 'cafe';
select is(min(l.name_key), 'cha verde', 'the lists know the new name') from l;
select ok(document @@ core.search_query('cha', false), 'so do searches')
from s;
select ok(document @@ core.search_query('cafe moido', false) is false,
          'and forget the old one') from s;

update core.category set name = 'Infusões' where slug = 'cafes';
select is(categories -> 0 ->> 'name', 'Infusões',
          'a category is renamed in its products') from p;
select ok(document @@ core.search_query('infusao', false)
          or document @@ core.search_query('infusoes', false),
          'and found by its new name') from s;

update core.category
set parent_id = (select id from core.category where slug = 'ofertas')
where slug = 'cafes';
select is(c.path, array[o.id, c.id], 'a branch moves')
from core.category c, core.category o
where c.slug = 'cafes' and o.slug = 'ofertas';
select is((select array_agg(coalesce(c.slug, '') order by c.slug nulls first)
           from l left join core.category c on c.id = l.category_id),
          '{"",cafes,ofertas}', 'its products with it');

select throws_ok($$update core.category set parent_id =
                       (select id from core.category where slug = 'cafes')
                   where slug = 'ofertas'$$,
                 'CM409', 'category_cycle', 'never below itself');
select throws_ok($$update core.product set id = default
                   where slug = 'cafe-novo'$$, 'CM409',
                 'id_is_immutable', 'ids stay');
select throws_ok($$update core.product set slug = '123'
                   where slug = 'cafe-novo'$$, '23514', null,
                 'a slug is no number');
select throws_ok($$insert into core.variant (product_id, sku, price_amount)
                   select id, 'CAF-500', 1 from p$$, '23505', null,
                 'a sku is one variant');
select throws_ok($$update core.product set price_amount = -1$$, '23514',
                 null, 'no negative price');

delete from core.product_category;
select is(categories, '[]', 'out of its category') from p;
select is(count(*), 1::bigint, 'it is in the shop only') from l;

create temporary table built as
select p.* from p;
select is(core.catalogue_rebuild(), 2::bigint, 'a rebuild passes all');
select is(p::text, b::text, 'and changes nothing')
from core.product p join built b on b.id = p.id;

delete from core.product where slug = 'cafe-novo';
select is((select count(*) from core.product_listing l
           join built b on b.id = l.product_id)
          + (select count(*) from core.product_search s
             join built b on b.id = s.product_id), 0::bigint,
          'what is deleted leaves nothing behind');

select * from finish();
rollback;
