-- Runs a write operation at most once per (scope, operation, key).
--
-- Called by the gateway for every plain operation that came with an
-- Idempotency-Key: scope is who asks, fingerprint a digest of what is asked,
-- arguments the operation's arguments by name.  The record is inserted first;
-- a second request with the same key therefore waits for the first one and
-- then repeats its answer.  Domain errors (class CM) undo the operation and
-- are stored as its answer; everything else undoes the record as well.
--
-- Answers: the operation's _status, _location, _revoke, version and whole
--   _body, or its _problem; _replayed when the answer is an old one.
-- Raises: CM422 idempotency_key_reused, CM409 request_in_flight (the first
--   request still runs after two seconds), CM404 unknown_operation.
-- Locks: the idempotency row, then what the operation locks.

create or replace function api.idempotent(operation text, scope text,
                                          key text, fingerprint text,
                                          arguments jsonb)
    returns table (_status int, _problem text, _body jsonb, _location text,
                   _replayed boolean, _revoke text[], version bigint)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    statement text;
    fresh     boolean;
    rows      int;
    record    core.idempotency;
    state     text;
    problem   text;
    detail    text;
begin
    statement := core.operation_statement(idempotent.operation, session_user);

    fresh := core.idempotency_claim(idempotent.scope, idempotent.operation,
                                    idempotent.key, idempotent.fingerprint);

    if not fresh then
        select i.* into strict record from core.idempotency i
        where i.scope = idempotent.scope
              and i.operation = idempotent.operation
              and i.key = idempotent.key;

        if record.fingerprint <> idempotent.fingerprint then
            perform core.fail('idempotency_key_reused', 422);
        end if;

        return query select record.status, record.problem, record.body,
                            record.location, true, record.revoke,
                            record.version;
        return;
    end if;

    begin
        execute statement
        into record.status, record.problem, record.location, record.version,
             record.revoke, record.body
        using idempotent.arguments;
        get diagnostics rows = row_count;

        if rows = 0 then
            record.status := 404;
            record.problem := 'not_found';
        end if;

    exception when others then
        get stacked diagnostics state = returned_sqlstate,
                                problem = message_text,
                                detail = pg_exception_detail;

        if state !~ '^CM4[0-9]{2}$' then
            raise;
        end if;

        record.status := substr(state, 3)::int;
        record.problem := problem;
        record.body := coalesce(nullif(detail, ''), '{}')::jsonb;
        record.location := null;
        record.version := null;
    end;

    update core.idempotency i
    set status = record.status, problem = record.problem,
        body = record.body, location = record.location,
        revoke = record.revoke, version = record.version
    where i.scope = idempotent.scope
          and i.operation = idempotent.operation
          and i.key = idempotent.key;

    return query select record.status, record.problem, record.body,
                        record.location, false, record.revoke,
                        record.version;
end
$$;
