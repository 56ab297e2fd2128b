-- A further variant: POST /products/{id}/variants.
--
-- Raises: CM404 product_not_found, CM409 sku_taken, CM422 currency_mismatch,
--   unknown_location.
-- Locks: the product.

create or replace function api.create_variant(id text, body jsonb,
                                              principal jsonb)
    returns setof api.variant
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    product core.product := core.lock_product(create_variant.id, null);
    stock   jsonb := create_variant.body -> 'stock';
    made    bigint;
begin
    perform core.refuse_variant(product, null, create_variant.body);

    begin
        insert into core.variant (product_id, sku, name, options,
                                  price_amount, currency, tax_class,
                                  weight_grams, active, position)
        select product.id, b.sku, coalesce(b.name, ''),
               coalesce(b.options, '{}'),
               coalesce((b.price ->> 'amount')::bigint,
                        product.price_amount),
               product.currency, coalesce(b.tax_class, 'standard'),
               coalesce(b.weight_grams, 0), coalesce(b.active, true),
               coalesce(b.position, (select coalesce(max(v.position) + 1, 0)
                                     from core.variant v
                                     where v.product_id = product.id))
        from jsonb_to_record(create_variant.body)
                 b (sku text, name text, options jsonb, price jsonb,
                    tax_class text, weight_grams int, active boolean,
                    position int)
        returning variant.id into made;

    exception when unique_violation then
        perform core.fail_at('sku_taken', 409, '/sku');
    end;

    if (stock ->> 'on_hand')::bigint > 0 then
        perform core.stock_receive(made,
                                   coalesce((stock ->> 'location_id')::bigint,
                                            1),
                                   (stock ->> 'on_hand')::bigint, 'receipt',
                                   'initial stock', null,
                                   (create_variant.principal
                                    ->> 'sub')::uuid);
    end if;

    return query
    select v.id, v.product_id, v.sku, v.name, v.options, v.price, v.tax_class,
           v.weight_grams, v.position, v.active, v.availability, v.version,
           v.created_at, v.updated_at, 201,
           '/api/v1/products/' || v.product_id || '/variants/' || v.id
    from api.get_variant(product.id::text, made, create_variant.principal) v;
end
$$;
