-- What webhooks stand on.


-- Puts the job that sends a delivery now, in no line.

create or replace function core.webhook_send(delivery_id uuid) returns void
language plpgsql as $$
begin
    update core.webhook_delivery d
    set status = 'pending', finished_at = null
    where d.id = webhook_send.delivery_id;

    perform core.job_put('webhook', jsonb_build_object(
        'delivery_id', webhook_send.delivery_id));
end
$$;


-- Nothing more is sent to an endpoint; the caller has it locked. Jobs that run
-- find that out by themselves.

create or replace function core.webhook_cancel(endpoint_id uuid)
    returns void
language plpgsql as $$
begin
    update core.webhook_delivery d
    set status = 'canceled', finished_at = now()
    where d.endpoint_id = webhook_cancel.endpoint_id
          and d.status = 'pending';

    update core.job j
    set status = 'canceled', finished_at = now(), version = j.version + 1
    where j.id in (select x.id from core.job x
                   where x.line ^@ ('webhook:' || webhook_cancel.endpoint_id
                                    || ':')
                         and x.status in ('waiting', 'behind')
                   order by x.line, x.ordinal, x.id
                   for update);
end
$$;


create or replace function core.webhook_disable(endpoint_id uuid,
                                                reason text)
    returns void
language plpgsql as $$
begin
    update core.webhook_endpoint w
    set status = 'disabled', disabled_reason = webhook_disable.reason,
        version = w.version + 1, updated_at = now()
    where w.id = webhook_disable.endpoint_id;

    perform core.webhook_cancel(webhook_disable.endpoint_id);
end
$$;
