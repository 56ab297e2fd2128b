-- The payment that an event is about: by the id that we gave the provider,
-- else by the provider's own.

-- What others send as an id of ours may be anything.
create or replace function core.uuid_or_null(given text) returns uuid
language sql immutable as $$
    select case when given ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                then given::uuid end
$$;


create or replace function core.payment_meant(e jsonb) returns uuid
language sql stable as $$
    select coalesce(
        (select p.id from core.payment p
         where p.id = core.uuid_or_null(e ->> 'payment_id')
               and p.provider = e ->> 'provider'),
        (select p.id from core.payment p
         where p.provider = e ->> 'provider'
               and p.reference = e ->> 'reference'),
        (select p.id from core.payment p
         where p.provider = e ->> 'provider'
               and p.capture_reference = e ->> 'capture_reference'
         order by p.id limit 1))
$$;
