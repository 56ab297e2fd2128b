-- The functions of lab.yaml; loaded by the tests as the owner of the store.

create table core.lab_note (
    id          bigint generated always as identity primary key,
    text        text not null,
    created_at  timestamptz not null default now()
);

create function api.lab_types()
    returns table (
        small smallint, "integer" int, big bigint, number numeric, "real" real,
        "double" double precision, flag boolean, "text" text, ch char(3),
        id uuid, "at" timestamptz, day date, document json, binary_document jsonb,
        bigs bigint[], ints int[], texts text[], uuids uuid[], flags boolean[],
        empty bigint[], nothing text, nowhere jsonb)
language sql stable as $$
    select 1::smallint, -2, 9007199254740993, 12345678901234567890.123, 0.5,
           1e100, true,
           E'quote " backslash \\ tab \t newline \n control \x01 é 😀 <&>',
           'ab'::char(3), '0190163d-8694-739b-aea5-966c26f8ad91'::uuid,
           '2026-01-31 12:00:00.5-03'::timestamptz, '2026-01-31'::date,
           '{"a": [1, 2.50]}'::json, '{"b": {"c": null}}'::jsonb,
           array[1, 9007199254740993], array[1, null],
           array['a', 'b c', E'q"\\,{}', null, 'NULL', ''],
           array['0190163d-8694-739b-aea5-966c26f8ad91'::uuid],
           array[true, false], '{}'::bigint[], null::text, null::jsonb
$$;

create function api.lab_echo(
    id bigint, text text, flag boolean, number numeric, "when" timestamptz,
    who uuid, kind text, numbers bigint[], words text[], attr jsonb,
    language text)
    returns table (_body jsonb)
language sql stable as $$
    select jsonb_build_object(
        'id', lab_echo.id, 'text', lab_echo.text, 'flag', lab_echo.flag,
        'number', lab_echo.number, 'when', lab_echo."when",
        'who', lab_echo.who, 'kind', lab_echo.kind,
        'numbers', to_jsonb(lab_echo.numbers),
        'words', to_jsonb(lab_echo.words), 'attr', lab_echo.attr,
        'language', lab_echo.language)
$$;

create function api.lab_body(body jsonb) returns table (_body jsonb)
language sql stable as $$ select lab_body.body $$;

create function api.lab_sleep(ms bigint) returns table (slept bigint)
language plpgsql as $$
begin
    perform pg_sleep(lab_sleep.ms / 1000.0);
    return query select lab_sleep.ms;
end $$;

create function api.lab_large(size bigint)
    returns table (text text, size bigint)
language sql stable as $$
    select repeat('x', lab_large.size::int), lab_large.size
$$;

create function api.lab_raise(state text, message text, detail text)
    returns table (never text)
language plpgsql as $$
begin
    if lab_raise.detail is null then
        raise exception using errcode = lab_raise.state,
                              message = lab_raise.message;
    end if;
    raise exception using errcode = lab_raise.state,
                          message = lab_raise.message,
                          detail = lab_raise.detail;
end $$;

create function api.lab_rows(last bigint, "limit" int, cursor jsonb,
                             count text)
    returns table (n bigint, square bigint, _cursor jsonb, _total bigint)
language sql stable as $$
    select g, g * g, jsonb_build_object('n', g),
           case when lab_rows.count <> 'none' then lab_rows.last end
      from generate_series(coalesce((lab_rows.cursor->>'n')::bigint, 0) + 1,
                           lab_rows.last) g
     limit lab_rows."limit"
$$;

create function api.lab_write(body jsonb, principal jsonb)
    returns table (id bigint, text text, who text, version bigint,
                   _status int, _location text)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    if body ? 'fail' then
        raise exception using errcode = 'CM409', message = body->>'fail';
    end if;
    return query
        insert into core.lab_note as n (text) values (body->>'text')
        returning n.id, n.text, principal->>'sub', 1::bigint, 201,
                  '/lab/notes/' || n.id;
    perform pg_sleep(coalesce((body->>'wait')::int, 0) / 1000.0);
end $$;

create function api.lab_delete(id bigint) returns table (gone boolean)
language sql stable as $$ select true where lab_delete.id < 500 $$;

create function api.lab_control(status bigint, location text, problem text)
    returns table (a int, _status int, _location text, _problem text)
language sql stable as $$
    select 1, lab_control.status::int, lab_control.location,
           lab_control.problem
$$;

create function api.lab_sealed(body jsonb)
    returns table (secret text, seen_length int, seen_prefix text)
language sql stable as $$
    select lab_sealed.body->>'secret', length(lab_sealed.body->>'secret'),
           left(lab_sealed.body->>'secret', 7)
$$;

-- What the cache is asked for: a product's name as it was when the question
-- arrived, once whoever holds the advisory lock `id` lets go. Counts the
-- questions, and refuses when it is told to.

create sequence core.lab_asked;
create table core.lab_mode (id bigint primary key, state text);

create function core.lab_answer(id bigint)
    returns table (product bigint, n bigint, name text, filler text)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  bigint := nextval('core.lab_asked');
    known  text := (select p.name from core.product p
                    where p.id = lab_answer.id);
    wanted text;
begin
    perform pg_advisory_xact_lock_shared(2, lab_answer.id::int);
    select m.state into wanted from core.lab_mode m
     where m.id = lab_answer.id;
    if wanted is not null then
        raise exception using errcode = wanted, message = 'lab_refused',
                              detail = '{"asked": ' || asked || '}';
    end if;
    return query select lab_answer.id, asked, known, repeat('filler ', 300);
end $$;

create function api.lab_cached(id bigint)
    returns table (product bigint, n bigint, name text, filler text)
language sql volatile as $$ select * from core.lab_answer(lab_cached.id) $$;

create function api.lab_fallback(id bigint)
    returns table (product bigint, n bigint, name text, filler text)
language sql volatile as $$ select * from core.lab_answer(lab_fallback.id) $$;

create function api.lab_owned(id bigint, principal jsonb)
    returns table (product bigint, who text, staff boolean)
language sql stable as $$
    select lab_owned.id, lab_owned.principal ->> 'sub',
           coalesce(lab_owned.principal -> 'scopes' ? 'orders:read', false)
$$;

create function api.lab_paced(principal jsonb) returns table (paced boolean)
language sql stable as $$ select true $$;

grant execute on function core.lab_answer(bigint) to store_api;
grant execute on all functions in schema api to store_api;
