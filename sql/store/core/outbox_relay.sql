-- Events on their way out of the outbox.


-- An event as it leaves: CloudEvents 1.0, structured, with the members that
-- Standard Webhooks recommends.

create or replace function core.event_text(o core.outbox) returns text
language sql stable as $$
    select concat('{"specversion":"1.0","id":',
                  to_json(o.subject || '/' || o.version),
                  ',"source":', (select s.value from core.setting s
                                 where s.key = 'events.source'),
                  ',"type":', to_json(o.type),
                  ',"subject":', to_json(o.subject),
                  ',"time":"', core.rfc3339(o.created_at),
                  '","timestamp":"', core.rfc3339(o.created_at),
                  '","datacontenttype":"application/json","data":', o.data,
                  '}')
$$;


-- The events of these rows, of which some are not where they were left: by
-- their moment.

create or replace function core.outbox_sought(rows core.outbox_waiting[])
    returns core.outbox[]
language sql stable as $$
    select array_agg(o.event order by (o.event).subject, (o.event).version)
    from unnest(rows) r
    cross join lateral (
        select x from core.outbox x
        where x.created_at = r.created_at offset 0) o(event)
    where exists (select from unnest(r.subjects, r.versions) d(subject, version)
                  where d.subject = (o.event).subject
                        and d.version = (o.event).version)
$$;


-- Whether a filter (`*`, `order.*`, `order.paid`) lets an event through.

create or replace function core.event_wanted(filter text[], type text)
    returns boolean
language sql immutable as $$
    select filter && array['*', type, split_part(type, '.', 1) || '.*']
$$;


-- Whether there is an endpoint at all.
--
-- Locks: the endpoints, so that none is disabled meanwhile.

create or replace function core.webhooks_stand() returns boolean
language plpgsql as $$
begin
    perform from core.webhook_endpoint w
    where w.status = 'active'
    order by w.id
    for share;

    return found;
end
$$;


-- Deliveries of events to the endpoints that want them, each with its job; the
-- endpoints are locked.
--
-- Locks: those who stand in the lines.

create or replace function core.webhooks_put(events core.outbox[])
    returns void
language plpgsql as $$
declare
    jobs  jsonb;
begin
    with made as (
        insert into core.webhook_delivery
               (endpoint_id, event_id, type, subject, body)
        select w.id, o.subject || '/' || o.version, o.type, o.subject,
               core.event_text(o)
        from unnest(events) o
        join core.webhook_endpoint w
          on w.status = 'active' and core.event_wanted(w.events, o.type)
        returning id, endpoint_id, event_id, subject
    )
    select jsonb_agg(jsonb_build_object(
               'kind', 'webhook',
               'payload', jsonb_build_object('delivery_id', m.id),
               'line', 'webhook:' || m.endpoint_id || ':' || m.subject,
               'ordinal', split_part(m.event_id, '/', -1)::bigint))
    into jobs
    from made m;

    if jobs is not null then
        perform core.job_put_in_line(jobs);
    end if;
end
$$;
