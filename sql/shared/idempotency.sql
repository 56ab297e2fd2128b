-- What api.idempotent stands on: claiming a key, and writing the one
-- statement that calls an operation by the names of its arguments.


-- Claims a key.  True: it is ours, run the operation.  False: it is taken
-- and its answer can be read.  Waits for a request that is just producing
-- it, but not forever: the connection is shared.

create or replace function core.idempotency_claim(scope text, operation text,
                                                  key text, fingerprint text)
    returns boolean
language plpgsql as $$
declare
    patience text := current_setting('lock_timeout');
    fresh    boolean;
begin
    perform set_config('lock_timeout', '2s', true);

    begin
        insert into core.idempotency (scope, operation, key, fingerprint)
        values (idempotency_claim.scope, idempotency_claim.operation,
                idempotency_claim.key, idempotency_claim.fingerprint)
        on conflict do nothing;
        fresh := found;

    exception when lock_not_available then
        perform core.fail('request_in_flight', 409);
    end;

    perform set_config('lock_timeout', patience, true);
    return fresh;
end
$$;


-- An argument out of the jsonb object $1, null when absent or null.

create or replace function core.argument_expression(name text, type oid)
    returns text
language sql stable as $$
    select case
        when type = 'jsonb'::regtype then
            format('nullif($1 -> %L, ''null'')', name)
        when t.typcategory = 'A' then
            format('(case when jsonb_typeof($1 -> %1$L) = ''array'' then '
                   'array(select jsonb_array_elements_text($1 -> %1$L)) '
                   'end)::%2$s', name, format_type(type, null))
        else
            format('($1 ->> %L)::%s', name, format_type(type, null))
        end
    from pg_type t where t.oid = type
$$;


-- The columns that a function answers, by name and type, in order: those of
-- its table or out arguments, else those of its row type.

create or replace function core.result_columns(func oid)
    returns table (name text, type oid, n bigint)
language sql stable as $$
    select a.name, a.type, a.n
    from pg_proc p,
         unnest(p.proargnames, p.proallargtypes, p.proargmodes)
             with ordinality a(name, type, mode, n)
    where p.oid = func and a.mode in ('o', 'b', 't')
    union all
    select a.attname, a.atttypid, a.attnum
    from pg_proc p
    join pg_type t on t.oid = p.prorettype
    join pg_attribute a on a.attrelid = t.typrelid
    where p.oid = func and p.prorettype <> 'record'::regtype
          and a.attnum > 0 and not a.attisdropped
$$;


-- The statement that calls api.<operation> with its arguments taken from the
-- jsonb object $1 and answers (status, problem, location, version, revoke,
-- body).
-- Only volatile functions of schema api that the caller may execute qualify,
-- and never the idempotency machinery itself.  The body is made as the
-- gateway makes it: columns by name, those that begin with _ left out.

create or replace function core.operation_statement(operation text,
                                                    caller name)
    returns text
language plpgsql stable as $$
declare
    func     pg_proc;
    args     text;
    members  text;
    control  jsonb;
begin
    select p.* into func from pg_proc p
    where p.pronamespace = 'api'::regnamespace
          and p.proname = operation_statement.operation
          and p.proname <> 'idempotent'
          and p.prokind = 'f' and p.provolatile = 'v'
          and has_function_privilege(caller, p.oid, 'execute');

    if not found then
        perform core.fail('unknown_operation', 404);
    end if;

    select string_agg(format(case a.name when 'principal'
                                         then '%I => api.acting(%s)'
                                         else '%I => %s' end, a.name,
                             core.argument_expression(a.name, a.type)),
                      ', ' order by a.n)
    into args
    from unnest(func.proargnames[1:func.pronargs], func.proargtypes::oid[])
             with ordinality a(name, type, n);

    select string_agg(format(case c.type when 'timestamptz'::regtype
                                         then '%L, core.rfc3339(r.%I)'
                                         else '%L, r.%I' end,
                             c.name, c.name),
                      ', ' order by c.n)
               filter (where c.name not like '\_%'),
           jsonb_object_agg(c.name, format('r.%I', c.name))
               filter (where c.name in ('_status', '_problem', '_location',
                                        '_revoke', '_body', 'version'))
    into members, control
    from core.result_columns(func.oid) c;

    return format('select (%s)::int, (%s)::text, (%s)::text, (%s)::bigint, '
                  '(%s)::text[], %s from api.%I(%s) r',
                  coalesce(control ->> '_status', 'null'),
                  coalesce(control ->> '_problem', 'null'),
                  coalesce(control ->> '_location', 'null'),
                  coalesce(control ->> 'version', 'null'),
                  coalesce(control ->> '_revoke', 'null'),
                  coalesce(control ->> '_body',
                           'jsonb_build_object(' || members || ')',
                           'null::jsonb'),
                  func.proname, args);
end
$$;
