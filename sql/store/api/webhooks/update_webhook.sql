-- Changes an endpoint: PATCH /admin/webhooks/{id}. One that is made active
-- again begins without its history of failures; one that is disabled gets
-- nothing, not even what is on its way.
--
-- Raises: CM404 webhook_not_found, CM412 version_mismatch.
-- Locks: the endpoint, then the jobs of its deliveries.

create or replace function api.update_webhook(id uuid, body jsonb,
                                              expected_version bigint,
                                              principal jsonb)
    returns setof api.webhook
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w   core.webhook_endpoint;
    to_status text := update_webhook.body ->> 'status';
begin
    select * into w from core.webhook_endpoint x
    where x.id = update_webhook.id for no key update;

    if not found then
        perform core.fail('webhook_not_found', 404);
    end if;

    perform core.check_version(w.version, update_webhook.expected_version);

    update core.webhook_endpoint x
    set url = coalesce(body ->> 'url', x.url),
        description = coalesce(body ->> 'description', x.description),
        events = case when body ? 'events' then array(
                          select distinct e
                          from jsonb_array_elements_text(body -> 'events') e)
                 else x.events end,
        version = x.version + 1, updated_at = now()
    where x.id = w.id;

    if to_status = 'active' and w.status <> 'active' then
        update core.webhook_endpoint x
        set status = 'active', disabled_reason = null, failures = 0,
            failing_since = null, paused_until = null
        where x.id = w.id;

    elsif to_status = 'disabled' and w.status <> 'disabled' then
        perform core.webhook_disable(w.id, 'asked');
    end if;

    return query select * from api.get_webhook(w.id,
                                               update_webhook.principal);
end
$$;
