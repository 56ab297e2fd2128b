-- The variant that a request names by id or SKU.
-- Raises: CM422 unknown_item when there is no such SKU.

create or replace function core.stock_variant(body jsonb) returns bigint
language plpgsql stable as $$
declare
    found_id  bigint;
begin
    if body ? 'variant_id' then
        return (body ->> 'variant_id')::bigint;
    end if;

    select v.id into found_id from core.variant v
    where v.sku = body ->> 'sku';

    if not found then
        perform core.fail_at('unknown_item', 422, '/sku');
    end if;

    return found_id;
end
$$;
