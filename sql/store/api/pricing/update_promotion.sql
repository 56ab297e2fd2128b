-- Changes a promotion: PATCH /promotions/{id}, for catalog:write.
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 already_exists,
--   CM422 inconsistent_fields.

create or replace function api.update_promotion(
        id bigint, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.promotion
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_update('promotion', 'id',
                       update_promotion.id::text,
                       core.promotion_body(update_promotion.body),
                       update_promotion.expected_version);
begin
    return query
    select r.id, r.code, r.name, r.kind, r.rate_ppm, r.amount, r.maximum,
           r.minimum, r.currency::text, r.product_ids, r.category_ids,
           r.priority, r.exclusive, r.active, r.starts_at, r.ends_at,
           r.total_limit, r.customer_limit,
           coalesce(u.used, 0), r.version, r.created_at, r.updated_at,
           null::text, null::jsonb, coalesce(u.used, 0)
    from jsonb_populate_record(null::core.promotion, made) r
    left join core.promotion_use u on u.promotion_id = r.id;
end
$$;
