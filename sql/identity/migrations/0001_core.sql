-- The ground of the identity database: the idempotency record and the few
-- helpers every other file leans on. The same as the store's, so that the
-- gateway talks to both alike.
--
-- Tables and internal functions live in schema core, what the gateway may
-- call lives in schema api (rebuilt as a whole at each migrate).

create schema if not exists core;
create schema if not exists api;

create extension if not exists unaccent with schema core;
create extension if not exists pg_trgm with schema core;


-- One row per answered request with an Idempotency-Key, written in the
-- transaction of the effect. A success keeps its body; a domain error keeps
-- its code in problem and its members in body. revoke repeats with the
-- answer: ending a session twice is harmless, not ending it is not.

create table core.idempotency (
    scope        text not null,
    operation    text not null,
    key          text not null check (length(key) between 1 and 128),
    fingerprint  text not null,
    status       int,
    problem      text,
    body         jsonb,
    location     text,
    version      bigint,
    revoke       text[],
    created_at   timestamptz not null default now(),
    primary key (scope, operation, key)
);

create index idempotency_created on core.idempotency using brin (created_at);

comment on table core.idempotency is
    'Answers by idempotency key; status is null only inside the transaction '
    'that is producing it, so no other session ever sees that.';


-- Time-ordered UUIDs (RFC 9562, version 7): 48 bits of Unix milliseconds
-- over a random version 4 value, version and variant bits set.

create function core.uuid_v7() returns uuid
language sql volatile parallel safe as $$
    select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                                          placing substring(int8send(
               (extract(epoch from clock_timestamp()) * 1000)::bigint)
                                                            from 3)
                                          from 1 for 6),
                                  52, 1), 53, 1), 'hex')::uuid
$$;


-- Times inside jsonb documents, as the gateway writes timestamptz columns.

create function core.rfc3339(at timestamptz) returns text
language sql immutable parallel safe as $$
    select (to_jsonb(at at time zone 'UTC') #>> '{}') || 'Z'
$$;


-- Raises a domain error: status becomes the HTTP status, code the problem's
-- code, and the members of detail are merged into the problem.

create function core.fail(code text, status int, detail jsonb default null)
    returns void
language plpgsql as $$
begin
    raise exception using errcode = 'CM' || status,
                          message = code,
                          detail = coalesce(detail, '{}')::text;
end
$$;


-- The errors[] of a problem for one member of the request body.

create function core.fail_at(code text, status int, pointer text)
    returns void
language plpgsql as $$
begin
    perform core.fail(code, status, jsonb_build_object('errors',
                jsonb_build_array(jsonb_build_object('pointer', pointer,
                                                     'code', code))));
end
$$;


-- Refuses a change made against another version than the stored one; an
-- absent If-Match (null) is accepted here.

create function core.check_version(stored bigint, expected bigint)
    returns void
language plpgsql as $$
begin
    if expected is not null and stored <> expected then
        perform core.fail('version_mismatch', 412,
                          jsonb_build_object('version', stored));
    end if;
end
$$;


-- Whether the caller holds a scope; nobody (null) holds none.

create function core.has_scope(principal jsonb, scope text) returns boolean
language sql immutable parallel safe as $$
    select coalesce(principal -> 'scopes' ? scope, false)
$$;


-- Who asks.

create function core.subject(principal jsonb) returns uuid
language sql immutable parallel safe as $$
    select (principal ->> 'sub')::uuid
$$;


-- Text without case and accents: what search compares. Declared immutable
-- although unaccent is stable: the rules file is part of the house.

create function core.fold(t text) returns text
language sql immutable parallel safe as $$
    select lower(core.unaccent('core.unaccent'::regdictionary, t))
$$;
