-- The lowest UUIDv7 of a moment.

create or replace function core.uuid_at(moment timestamptz) returns uuid
language sql immutable parallel safe as $$
    select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
            || '70008000000000000000')::uuid
$$;
