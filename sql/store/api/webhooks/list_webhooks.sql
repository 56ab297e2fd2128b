-- Endpoints, newest first: GET /admin/webhooks.

create or replace function api.list_webhooks("limit" int, cursor jsonb,
                                             count text, principal jsonb)
    returns table (id uuid, url text, description text, events text[],
                   status text, disabled_reason text, failures int,
                   failing_since timestamptz, last_success_at timestamptz,
                   old_secret_until timestamptz, version bigint,
                   created_at timestamptz, updated_at timestamptz,
                   _cursor jsonb, _total bigint)
language sql stable as $$
    select s.*, jsonb_build_array(s.id),
           case when list_webhooks.count <> 'none'
                then (select count(*) from core.webhook_endpoint) end
    from core.webhook_endpoint w cross join lateral api.webhook_shown(w) s
    where list_webhooks.cursor is null
          or w.id < (list_webhooks.cursor ->> 0)::uuid
    order by w.id desc
    limit list_webhooks."limit"
$$;
