-- Deletes deliveries after setting webhooks.keep, with their log.

create or replace function api.job_webhook_forget(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    many  constant int := 2000;
    keep  interval := (select (s.value #>> '{}')::interval
                       from core.setting s where s.key = 'webhooks.keep');
    gone  int;
begin
    delete from core.webhook_delivery d
    where d.id = any (array(
        select x.id from core.webhook_delivery x
        where x.id < core.uuid_at(now() - keep)
              and x.status <> 'pending'
        order by x.id
        limit many));

    get diagnostics gone = row_count;
    return gone = many;
end
$$;
