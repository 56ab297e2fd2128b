-- A promotion: GET /promotions/{id}, for catalog:write.

create or replace function api.get_promotion(id bigint, principal jsonb)
    returns setof api.promotion
language sql stable as $$
    select r.id, r.code, r.name, r.kind, r.rate_ppm, r.amount, r.maximum,
           r.minimum, r.currency::text, r.product_ids, r.category_ids,
           r.priority, r.exclusive, r.active, r.starts_at, r.ends_at,
           r.total_limit, r.customer_limit,
           coalesce(u.used, 0), r.version, r.created_at, r.updated_at,
           null::text, null::jsonb, coalesce(u.used, 0)
    from core.promotion r
    left join core.promotion_use u on u.promotion_id = r.id
    where r.id = get_promotion.id
$$;

grant select on core.promotion, core.promotion_use to store_api;
