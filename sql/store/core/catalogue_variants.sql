-- One variant at a time.


-- Refuses a code that somebody else has, another currency than the
-- product's, a location that there is not.

create or replace function core.refuse_variant(product core.product,
                                               id bigint, body jsonb)
    returns void
language plpgsql stable set search_path = core, pg_temp as $$
begin
    if exists (select from core.variant v
               where v.sku = refuse_variant.body ->> 'sku'
                     and v.id is distinct from refuse_variant.id)
    then
        perform core.fail_at('sku_taken', 409, '/sku');
    end if;

    if refuse_variant.body -> 'price' ->> 'currency' <> product.currency then
        perform core.fail_at('currency_mismatch', 422, '/price/currency');
    end if;

    if refuse_variant.body -> 'stock' ? 'location_id'
       and not exists (select from core.location l
                       where l.id = (refuse_variant.body -> 'stock'
                                     ->> 'location_id')::bigint)
    then
        perform core.fail_at('unknown_location', 422,
                             '/stock/location_id');
    end if;
end
$$;


-- Applies a merge-patch to a variant that the caller has locked.

create or replace function core.change_variant(product core.product,
                                               old core.variant, patch jsonb,
                                               expected_version bigint)
    returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    if patch -> 'price' <> core.money(old.price_amount, old.currency) then
        perform core.require_version(expected_version);
    end if;

    perform core.refuse_variant(product, old.id, patch);

    update core.variant v
    set sku = coalesce(patch ->> 'sku', v.sku),
        name = case when patch ? 'name' then coalesce(patch ->> 'name', '')
               else v.name end,
        options = case when patch ? 'options'
                  then coalesce(core.merge_patch(old.options,
                                                 patch -> 'options'), '{}')
                  else v.options end,
        price_amount = coalesce((patch -> 'price' ->> 'amount')::bigint,
                                v.price_amount),
        tax_class = coalesce(patch ->> 'tax_class', v.tax_class),
        weight_grams = coalesce((patch ->> 'weight_grams')::int,
                                v.weight_grams),
        active = coalesce((patch ->> 'active')::boolean, v.active),
        position = coalesce((patch ->> 'position')::int, v.position)
    where v.id = old.id;

exception when unique_violation then
    perform core.fail_at('sku_taken', 409, '/sku');
end
$$;
