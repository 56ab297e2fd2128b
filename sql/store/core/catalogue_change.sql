-- From what a request says of one product to what core.save_products takes.


-- Applies a merge-patch to one product, which the caller has locked.

create or replace function core.change_product(old core.product, patch jsonb,
                                               expected_version bigint,
                                               actor uuid)
    returns void
language plpgsql set search_path = core, pg_temp as $$
declare
    items jsonb;
begin
    -- The price that it has is no change, whatever its variants cost.
    if patch -> 'price' = core.money(old.price_amount, old.currency) then
        patch := patch - 'price';
    end if;

    if patch ? 'price' or patch ? 'variants' then
        perform core.require_version(expected_version);
    end if;

    if patch ? 'attributes' then
        patch := patch || jsonb_build_object(
                     'attributes', core.merge_patch(old.attributes,
                                                    patch -> 'attributes'));
    end if;

    items := jsonb_build_array(jsonb_build_object(
                 'n', 0, 'at', '', 'id', old.id, 'set', patch));

    perform core.refuse_products(items);
    perform core.save_products(items, actor);
end
$$;


-- Requests that name products by what they have: id, source and external_id,
-- or sku.  Those found are changed, the others created; missing marks an id
-- that nobody has, twice an item that names the product of one before it.

create or replace function core.upsert_items(docs jsonb, at text)
    returns jsonb
language sql stable set search_path = core, pg_temp as $$
    select jsonb_agg(jsonb_build_object(
               'n', f.n, 'at', upsert_items.at || case
                   when upsert_items.at = '' then '' else '/' || f.n end,
               'id', f.id,
               'missing', f.id is null and f.doc ? 'id',
               'twice', f.id is not null and f.turn > 1,
               'set', case when f.id is null then f.doc - 'id'
                      when f.doc ? 'attributes' then
                          f.doc - 'id' - 'stock' || jsonb_build_object(
                              'attributes',
                              core.merge_patch(p.attributes,
                                               f.doc -> 'attributes'))
                      else f.doc - 'id' - 'stock' end)
           order by f.n)
    from (select g.*, row_number() over (partition by g.id order by g.n)
                          as turn
          from (
          select d.doc, d.n::int - 1 as n,
                 case when d.doc ? 'id' then
                     (select p.id from core.product p
                      where p.id = (d.doc ->> 'id')::bigint)
                 else coalesce(
                     (select p.id from core.product p
                      where p.source = d.doc ->> 'source'
                            and p.external_id = d.doc ->> 'external_id'),
                     (select v.product_id from core.variant v
                      where v.sku = coalesce(d.doc ->> 'sku',
                                             d.doc #>> '{variants,0,sku}')))
                 end as id
          from jsonb_array_elements(upsert_items.docs)
                   with ordinality d (doc, n)) g) f
    left join core.product p on p.id = f.id
$$;
