-- Creates a product or changes the one that has the same source and
-- external_id, else the same sku: POST /products/upsert.
--
-- Changes are a merge-patch; stock counts for a new product only.  A price
-- beside the sku of one of several variants is that variant's.
--
-- Raises: what create_product and update_product raise, but no 428: an
--   upsert is meant to win.

create or replace function api.upsert_product(body jsonb, principal jsonb)
    returns setof api.product_saved
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    items jsonb := core.upsert_items(jsonb_build_array(upsert_product.body),
                                     '');
    saved record;
begin
    perform core.refuse_products(items);

    select s.id, s.created into saved
    from core.save_products(items,
                            (upsert_product.principal ->> 'sub')::uuid) s;

    return query
    select p.*, case when saved.created then 201 else 200 end,
           '/api/v1/products/' || p.id
    from api.get_product(saved.id::text, upsert_product.principal) p;
end
$$;
