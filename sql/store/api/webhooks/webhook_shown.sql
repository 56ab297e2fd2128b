-- A webhook and a delivery as they are shown; of the functions in this
-- directory.

create or replace function api.webhook_shown(w core.webhook_endpoint)
    returns setof api.webhook
language sql stable as $$
    select w.id, w.url, w.description, w.events, w.status, w.disabled_reason,
           w.failures, w.failing_since, w.last_success_at,
           case when w.old_until > now() then w.old_until end, w.version,
           w.created_at, w.updated_at
$$;


create or replace function api.delivery_shown(d core.webhook_delivery)
    returns setof api.webhook_delivery
language sql stable as $$
    select d.id, d.endpoint_id, d.event_id, d.type, d.subject, d.status,
           d.attempts, d.code, d.error, d.created_at, d.finished_at,
           d.body::json,
           (select coalesce(json_agg(json_build_object(
                       'attempt', a.n, 'at', core.rfc3339(a.at),
                       'code', a.code, 'milliseconds', a.milliseconds,
                       'error', a.error, 'answer', a.answer)
                       order by a.n), '[]')
            from core.webhook_attempt a where a.delivery_id = d.id)
$$;

grant select on core.webhook_endpoint, core.webhook_delivery,
    core.webhook_attempt to store_api;
