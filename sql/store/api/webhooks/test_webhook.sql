-- Sends an event webhook.test: POST /admin/webhooks/{id}/test.
--
-- Raises: CM404 webhook_not_found, CM409 webhook_disabled.
-- Locks: the endpoint.

create or replace function api.test_webhook(id uuid, principal jsonb)
    returns setof api.webhook_delivery
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w     core.webhook_endpoint;
    o     core.outbox;
    made  uuid;
begin
    select * into w from core.webhook_endpoint x
    where x.id = test_webhook.id for share;

    if not found then
        perform core.fail('webhook_not_found', 404);
    end if;

    if w.status <> 'active' then
        perform core.fail('webhook_disabled', 409);
    end if;

    o.created_at := now();
    o.version := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
    o.type := 'webhook.test';
    o.subject := w.id;
    o.data := json_build_object('webhook_id', w.id);

    insert into core.webhook_delivery (endpoint_id, event_id, type, subject,
                                       body)
    values (w.id, o.subject || '/' || o.version, o.type, o.subject,
            core.event_text(o))
    returning id into made;

    perform core.webhook_send(made);

    return query
    select * from api.get_webhook_delivery(w.id, made,
                                           test_webhook.principal);
end
$$;
