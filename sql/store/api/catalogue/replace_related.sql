-- Chooses related products by hand: PUT /products/{id}/related.
--
-- Raises: CM404 product_not_found, CM412 version_mismatch, CM422
--   validation_failed (an id that nobody has, or the product itself).
-- Locks: the product.

create or replace function api.replace_related(id text, body jsonb,
                                               principal jsonb,
                                               expected_version bigint)
    returns table (product_ids bigint[])
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(
                                replace_related.id,
                                replace_related.expected_version);
    wrong   jsonb;
begin
    select jsonb_agg(jsonb_build_object(
               'pointer', '/product_ids/' || w.ord - 1,
               'code', 'product_not_found') order by w.ord)
    into wrong
    from jsonb_array_elements_text(replace_related.body -> 'product_ids')
             with ordinality w (id, ord)
    where w.id::bigint = product.id
          or not exists (select from core.product p
                         where p.id = w.id::bigint);

    if wrong is not null then
        perform core.fail('validation_failed', 422,
                          jsonb_build_object('errors', wrong));
    end if;

    perform core.relate_product(product.id,
                                replace_related.body -> 'product_ids');

    return query
    select coalesce(array_agg(r.related_id order by r.position), '{}')
    from core.product_related r where r.product_id = product.id;
end
$$;
