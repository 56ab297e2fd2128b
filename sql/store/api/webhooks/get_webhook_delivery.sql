-- A delivery with the event and every attempt: GET
-- /admin/webhooks/{id}/deliveries/{delivery_id}.

create or replace function api.get_webhook_delivery(id uuid, delivery_id uuid,
                                                    principal jsonb)
    returns setof api.webhook_delivery
language sql stable as $$
    select s.*
    from core.webhook_delivery d cross join lateral api.delivery_shown(d) s
    where d.id = get_webhook_delivery.delivery_id
          and d.endpoint_id = get_webhook_delivery.id
$$;
