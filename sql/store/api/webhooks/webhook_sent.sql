-- How an attempt went: called by the handler of kind `webhook`, which reports
-- its job as this answers. code null: there was no answer.
--
-- An answer 2xx is success, 410 disables the endpoint. An endpoint that fails
-- three times in a row rests, longer each time, whatever else is on its way to
-- it; after five days without a success it is disabled.
--
-- Locks: the endpoint, the delivery, jobs of its other deliveries when it is
-- disabled.

create or replace function api.webhook_sent(id uuid, attempt int, code int,
                                            milliseconds bigint, error text,
                                            answer text)
    returns table (outcome text)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w     core.webhook_endpoint;
    d     core.webhook_delivery;
    good  boolean := coalesce(webhook_sent.code between 200 and 299, false);
    last  boolean := (select webhook_sent.attempt > cardinality(k.delays)
                      from core.job_kind k where k.kind = 'webhook');
begin
    select x.* into w from core.webhook_endpoint x
    join core.webhook_delivery y on y.endpoint_id = x.id
    where y.id = webhook_sent.id
    for no key update of x;

    if not found then
        return query select 'done';
        return;
    end if;

    update core.webhook_delivery x
    set attempts = x.attempts + 1, code = webhook_sent.code,
        error = left(webhook_sent.error, 500),
        status = case when good then 'delivered'
                      when x.status = 'pending'
                           and (last or webhook_sent.code = 410) then 'failed'
                      else x.status end,
        finished_at = case when good or last or webhook_sent.code = 410
                           then now() end
    where x.id = webhook_sent.id
    returning * into d;

    insert into core.webhook_attempt (delivery_id, n, code, milliseconds,
                                      error, answer)
    values (d.id, d.attempts, webhook_sent.code, webhook_sent.milliseconds,
            d.error, left(webhook_sent.answer, 1000));

    if good then
        update core.webhook_endpoint x
        set failures = 0, failing_since = null, paused_until = null,
            last_success_at = now()
        where x.id = w.id;
    else
        update core.webhook_endpoint x
        set failures = x.failures + 1,
            failing_since = coalesce(x.failing_since, now()),
            paused_until = case when x.failures >= 2
                then now() + least(interval '5 min', interval '1 s'
                                   * 2 ^ least(x.failures, 20))
                     * (0.9 + 0.2 * random()) end
        where x.id = w.id;

        if w.status = 'active' and webhook_sent.code = 410 then
            perform core.webhook_disable(w.id, 'gone');
        elsif w.status = 'active'
              and w.failing_since < now() - interval '5 days'
        then
            perform core.webhook_disable(w.id, 'failing');
        end if;
    end if;

    return query select case when good then 'done'
                             when webhook_sent.code = 410 then 'dead'
                             when d.status = 'canceled' then 'done'
                             else 'retry' end;
end
$$;
