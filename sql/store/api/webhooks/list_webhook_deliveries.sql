-- What was sent to an endpoint, newest first: GET
-- /admin/webhooks/{id}/deliveries.
--
-- Raises: CM404 webhook_not_found.

create or replace function api.list_webhook_deliveries(
        id uuid, status text, "limit" int, cursor jsonb, count text,
        principal jsonb)
    returns setof api.webhook_delivery_listed
language plpgsql stable set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    if not exists (select from core.webhook_endpoint w
                   where w.id = list_webhook_deliveries.id)
    then
        perform core.fail('webhook_not_found', 404);
    end if;

    return query
    select d.id, d.endpoint_id, d.event_id, d.type, d.subject, d.status,
           d.attempts, d.code, d.error, d.created_at, d.finished_at,
           jsonb_build_array(d.id),
           case when list_webhook_deliveries.count <> 'none' then (
               select count(*) from core.webhook_delivery c
               where c.endpoint_id = list_webhook_deliveries.id
                     and c.status = coalesce(list_webhook_deliveries.status,
                                             c.status)) end
    from core.webhook_delivery d
    where d.endpoint_id = list_webhook_deliveries.id
          and d.status = coalesce(list_webhook_deliveries.status, d.status)
          and d.id < coalesce(
              (list_webhook_deliveries.cursor ->> 0)::uuid,
              'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by d.id desc
    limit list_webhook_deliveries."limit";
end
$$;
