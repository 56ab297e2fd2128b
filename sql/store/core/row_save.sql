-- Rows that staff keep by hand, written from the body of a request: the
-- members of the body are the columns, and the contract has checked them.
-- Each answers the row as it then stands.
--
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 already_exists,
--   CM409 still_used, CM422 inconsistent_fields with the constraint's name.
-- Locks: the row.

create or replace function core.row_insert(relation text, body jsonb)
    returns jsonb
language plpgsql as $$
declare
    made   jsonb;
    names  text := (select string_agg(quote_ident(k), ', ')
                    from jsonb_object_keys(body) k);
    broken text;
begin
    execute format('insert into core.%1$I as t (%2$s) '
                   'select %2$s from jsonb_populate_record('
                   'null::core.%1$I, $1) returning to_jsonb(t)',
                   relation, names)
    into made using body;
    return made;

exception
    when unique_violation then
        perform core.fail('already_exists', 409);
    when check_violation then
        get stacked diagnostics broken = constraint_name;
        perform core.fail('inconsistent_fields', 422,
                          jsonb_build_object('constraint', broken));
end
$$;


-- A merge patch: null takes a value away.
create or replace function core.row_update(relation text, key text,
                                           value text, patch jsonb,
                                           expected_version bigint)
    returns jsonb
language plpgsql as $$
declare
    made   jsonb := core.row_take(relation, key, value, expected_version);
    names  text := (select string_agg(quote_ident(k), ', ')
                    from jsonb_object_keys(patch) k);
    broken text;
begin
    execute format('update core.%1$I t set (version, updated_at, %2$s) = '
                   '(select t.version + 1, now(), %3$s '
                   'from jsonb_populate_record(t, $1) n) '
                   'where t.%4$I = %5$L returning to_jsonb(t)',
                   relation, names,
                   (select string_agg(format('n.%I', k), ', ')
                    from jsonb_object_keys(patch) k), key, value)
    into made using patch;
    return made;

exception
    when unique_violation then
        perform core.fail('already_exists', 409);
    when check_violation then
        get stacked diagnostics broken = constraint_name;
        perform core.fail('inconsistent_fields', 422,
                          jsonb_build_object('constraint', broken));
end
$$;


create or replace function core.row_delete(relation text, key text,
                                           value text,
                                           expected_version bigint)
    returns void
language plpgsql as $$
begin
    perform core.row_take(relation, key, value, expected_version);
    execute format('delete from core.%I where %I = %L', relation, key, value);

exception when foreign_key_violation then
    perform core.fail('still_used', 409);
end
$$;


-- Locks a row for a change against this version.
create or replace function core.row_take(relation text, key text, value text,
                                         expected_version bigint)
    returns jsonb
language plpgsql as $$
declare
    found_row  jsonb;
begin
    execute format('select to_jsonb(t) from core.%I t where t.%I = %L '
                   'for update', relation, key, value)
    into found_row;

    if found_row is null then
        perform core.fail('not_found', 404);
    end if;

    perform core.check_version((found_row ->> 'version')::bigint,
                               expected_version);
    return found_row;
end
$$;
