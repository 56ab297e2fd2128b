-- Makes a promotion: POST /promotions, for catalog:write.
-- Raises: CM409 already_exists, CM422 inconsistent_fields.

create or replace function api.create_promotion(body jsonb, principal jsonb)
    returns setof api.promotion
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_insert('promotion',
                       core.promotion_body(create_promotion.body));
begin
    insert into core.promotion_use (promotion_id)
    values ((made ->> 'id')::bigint);

    return query
    select r.id, r.code, r.name, r.kind, r.rate_ppm, r.amount, r.maximum,
           r.minimum, r.currency::text, r.product_ids, r.category_ids,
           r.priority, r.exclusive, r.active, r.starts_at, r.ends_at,
           r.total_limit, r.customer_limit,
           0::bigint, r.version, r.created_at, r.updated_at,
           '/api/v1/promotions/' || r.id, null::jsonb, 0::bigint
    from jsonb_populate_record(null::core.promotion, made) r;
end
$$;
