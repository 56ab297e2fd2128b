-- Removes an endpoint with its deliveries: DELETE /admin/webhooks/{id}. What
-- was on its way is not sent any more.
--
-- Raises: CM404 webhook_not_found, CM412 version_mismatch.
-- Locks: the endpoint, then the jobs of its deliveries.

create or replace function api.delete_webhook(id uuid, expected_version bigint,
                                              principal jsonb)
    returns table (deleted boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w  core.webhook_endpoint;
begin
    select * into w from core.webhook_endpoint x
    where x.id = delete_webhook.id for update;

    if not found then
        perform core.fail('webhook_not_found', 404);
    end if;

    perform core.check_version(w.version, delete_webhook.expected_version);
    perform core.webhook_cancel(w.id);

    delete from core.webhook_endpoint x where x.id = w.id;

    return query select true;
end
$$;
