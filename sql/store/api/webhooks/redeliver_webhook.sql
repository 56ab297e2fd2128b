-- Sends a delivery once more, with the same webhook-id: POST
-- /admin/webhooks/{id}/deliveries/{delivery_id}/redeliver.
--
-- Raises: CM404 delivery_not_found, CM409 delivery_pending,
--   CM409 webhook_disabled.
-- Locks: the endpoint, the delivery.

create or replace function api.redeliver_webhook(id uuid, delivery_id uuid,
                                                 principal jsonb)
    returns setof api.webhook_delivery
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w  core.webhook_endpoint;
    d  core.webhook_delivery;
begin
    select * into w from core.webhook_endpoint x
    where x.id = redeliver_webhook.id for share;

    select * into d from core.webhook_delivery x
    where x.id = redeliver_webhook.delivery_id and x.endpoint_id = w.id
    for update;

    if not found then
        perform core.fail('delivery_not_found', 404);
    end if;

    if w.status <> 'active' then
        perform core.fail('webhook_disabled', 409);
    end if;

    if d.status = 'pending' then
        perform core.fail('delivery_pending', 409);
    end if;

    perform core.webhook_send(d.id);
    perform core.audit('webhook', w.id::text, 'webhook_delivery', 'update',
                       jsonb_build_object('id', d.id, 'status', d.status),
                       jsonb_build_object('id', d.id, 'status', 'pending'));

    return query
    select * from api.get_webhook_delivery(w.id, d.id,
                                           redeliver_webhook.principal);
end
$$;
