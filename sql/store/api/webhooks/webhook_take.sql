-- What a delivery's job needs to send it: called by the handler of kind
-- `webhook`. No row: there is nothing to send any more. wait_ms: the endpoint
-- rests until then.

create or replace function api.webhook_take(id uuid)
    returns table (url text, body text, secret text, old_secret text,
                   wait_ms bigint)
language sql stable as $$
    select w.url, d.body, w.secret,
           case when w.old_until > now() then w.old_secret end,
           case when w.paused_until > now()
                then (extract(epoch from w.paused_until - now())
                      * 1000)::bigint end
    from core.webhook_delivery d
    join core.webhook_endpoint w on w.id = d.endpoint_id
    where d.id = webhook_take.id and d.status = 'pending'
          and w.status = 'active'
$$;
