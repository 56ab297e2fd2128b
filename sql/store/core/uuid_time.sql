-- Orders are in order of time by their ids (UUIDv7), also those that are
-- entered afterwards.

-- The lowest UUIDv7 of a moment: what was placed from then on is not below.
create or replace function core.uuid_at(moment timestamptz) returns uuid
language sql immutable parallel safe as $$
    select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
            || '70008000000000000000')::uuid
$$;


-- A UUIDv7 moved to another moment, as random as it was.
create or replace function core.uuid_moved(id uuid, moment timestamptz)
    returns uuid
language sql immutable parallel safe as $$
    select (left(core.uuid_at(moment)::text, 13) || substr(id::text, 14)
           )::uuid
$$;
