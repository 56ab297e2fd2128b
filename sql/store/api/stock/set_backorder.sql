-- Whether more of a variant may be ordered than there is: PUT
-- /stock/{variant_id}/backorder, for stock:write. What was ordered so far
-- stays.
--
-- Raises: CM404 variant_not_found.
-- Locks: the variant.

create or replace function api.set_backorder(variant_id bigint, body jsonb,
                                             principal jsonb)
    returns table (_body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    return query
    update core.variant v
    set backorder = set_backorder.body ->> 'backorder' = 'allow'
    where v.id = set_backorder.variant_id
    returning jsonb_build_object(
        'variant_id', v.id, 'sku', v.sku, 'backorder',
        case when v.backorder then 'allow' else 'deny' end);

    if not found then
        perform core.fail('variant_not_found', 404);
    end if;
end
$$;
