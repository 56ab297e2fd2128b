-- One endpoint: GET /admin/webhooks/{id}.

create or replace function api.get_webhook(id uuid, principal jsonb)
    returns setof api.webhook
language sql stable as $$
    select s.*
    from core.webhook_endpoint w cross join lateral api.webhook_shown(w) s
    where w.id = get_webhook.id
$$;
