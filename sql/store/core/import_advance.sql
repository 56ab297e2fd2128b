-- Moves an import one step on, in one transaction: the check, or one batch of
-- the merge. Whoever drives imports calls it until the import is finished; two
-- drivers do not disturb each other, since the import's row is the lock.
--
-- A dry run merges each batch and takes it back: what it reports is what
-- would have happened, by the same code.

create or replace function core.import_advance(id uuid)
    returns core.import
language plpgsql as $$
declare
    i  core.import;
begin
    select * into i from core.import x
    where x.id = import_advance.id for no key update skip locked;

    if not found then
        return null;                 -- somebody else is at it
    end if;

    if i.status = 'checking' then
        i := core.import_check(i);
    elsif i.status = 'merging' then
        i := core.import_merge_next(i);
    end if;

    if i.status in ('done', 'failed') and i.finished_at is null then
        delete from core.import_item t where t.import_id = i.id;
        delete from core.import_row r where r.import_id = i.id;
        i.finished_at := now();

        if not i.dry_run and i.created + i.updated > 0 then
            perform core.audit_event('import_finished', i.actor_id,
                'import', i.id::text, jsonb_build_object(
                    'created', i.created, 'updated', i.updated,
                    'refused', i.refused));
        end if;
    end if;

    update core.import x
    set status = i.status, items = i.items, batches = i.batches,
        batch = i.batch, created = i.created, updated = i.updated,
        unchanged = i.unchanged, refused = i.refused, error = i.error,
        finished_at = i.finished_at, version = x.version + 1,
        updated_at = clock_timestamp()
    where x.id = i.id
    returning * into i;

    return i;
end
$$;


-- Staged rows become items and refusals. The file as a whole is refused when
-- none of its prices tells its scale: importing 1999 as 1,999.00 would be
-- worse than not importing.
create or replace function core.import_check(i core.import)
    returns core.import
language plpgsql as $$
begin
    perform set_config('work_mem', '64MB', true);

    if (select count(*) from core.import_row r where r.import_id = i.id)
       <> i.rows
    then
        return core.import_failed(i, 'staging_lost', null);
    end if;

    if i.media = 'ndjson' then
        i := core.import_spread(i);

        if i.status = 'failed' then
            return i;
        end if;
    end if;

    if i.format = 'products' then
        perform core.import_check_products(i);
    else
        perform core.import_check_retail(i);
    end if;

    select count(*) into i.refused
    from core.import_refusal f where f.import_id = i.id;

    if exists (select from core.import_refusal f
               where f.import_id = i.id
                     and f.errors @> '[{"code": "price_scale_required"}]')
    then
        return core.import_failed(i, 'price_scale_required',
            (select to_jsonb(min(f.line)) from core.import_refusal f
             where f.import_id = i.id
                   and f.errors @> '[{"code": "price_scale_required"}]'));
    end if;

    select count(*), coalesce(max(t.batch), 0) into i.items, i.batches
    from core.import_item t where t.import_id = i.id;

    analyze core.import_item;

    i.status := case when i.batches = 0 then 'done' else 'merging' end;
    return i;
end
$$;


create or replace function core.import_failed(i core.import, code text,
                                              line jsonb)
    returns core.import
language plpgsql as $$
begin
    i.status := 'failed';
    i.error := jsonb_strip_nulls(jsonb_build_object('code', code,
                                                    'line', line));
    return i;
end
$$;


-- One batch more. What the database refuses in a batch is looked for product
-- by product; only those that cannot be are refused.
create or replace function core.import_merge_next(i core.import)
    returns core.import
language plpgsql as $$
declare
    n      record;
    one    text;
begin
    if not exists (select from core.import_item t
                   where t.import_id = i.id and t.batch = i.batch + 1)
    then
        return core.import_failed(i, 'staging_lost', null);
    end if;

    i.batch := i.batch + 1;
    n := core.import_try(i, null);

    if n.problem is null then
        i.created := i.created + n.created;
        i.updated := i.updated + n.updated;
        i.unchanged := i.unchanged + n.unchanged;

    else
        for one in
            select t.product from core.import_item t
            where t.import_id = i.id and t.batch = i.batch
            group by t.product order by min(t.line)
        loop
            n := core.import_try(i, one);

            if n.problem is null then
                i.created := i.created + n.created;
                i.updated := i.updated + n.updated;
                i.unchanged := i.unchanged + n.unchanged;
            else
                i.refused := i.refused
                             + core.import_refuse(i, one, n.problem, n.value);
            end if;
        end loop;
    end if;

    if i.dry_run then
        perform core.import_differ(i);
    end if;

    if i.batch = i.batches then
        i.status := 'done';
    end if;

    return i;
end
$$;


-- Merges a batch, or one product of it, and takes it back when it is a dry
-- run or the database refuses. Deadlocks and the like go up: the step is
-- repeated as a whole.
create or replace function core.import_try(i core.import, only_product text,
                                           out created bigint,
                                           out updated bigint,
                                           out unchanged bigint,
                                           out problem text,
                                           out value text)
language plpgsql as $$
begin
    begin
        select m.created, m.updated, m.unchanged
        into created, updated, unchanged
        from core.import_merge(i, i.batch, only_product) m;

        if i.dry_run then
            raise exception using errcode = 'CM000';
        end if;

    exception
        when sqlstate 'CM000' then
            problem := null;
        when transaction_rollback or query_canceled or admin_shutdown
             or insufficient_resources or lock_not_available then
            raise;
        when others then
            problem := case when sqlstate like 'CM%' then sqlerrm
                            else 'refused' end;
            value := case when sqlstate like 'CM%' then null else sqlerrm end;
    end;
end
$$;


-- The rows of a product become refusals after all. Answers how many.
create or replace function core.import_refuse(i core.import, product text,
                                              code text, value text)
    returns bigint
language plpgsql as $$
declare
    n  bigint;
begin
    insert into core.import_refusal (import_id, line, fields, errors)
    select i.id, r.line, r.fields,
           jsonb_build_array(jsonb_build_object('column', 'sku', 'code', code,
                                                'value', left(value, 200)))
    from core.import_row r
    where r.import_id = i.id
          and r.line in (select t.line from core.import_item t
                         where t.import_id = i.id and t.batch = i.batch
                               and t.product = import_refuse.product)
    on conflict do nothing;

    get diagnostics n = row_count;
    return n;
end
$$;


-- JSON lines become fields under one header: every member that a line has.
-- Members of `attributes` and `options` are columns attr:x and option:x, a
-- list of categories is joined, a price may be a money object.
create or replace function core.import_spread(i core.import)
    returns core.import
language plpgsql as $$
begin
    create temporary table import_cell on commit drop as
    select r.line, m.key as header, m.value as cell
    from core.import_row r
    cross join lateral (select r.fields[1]::jsonb) l (doc)
    cross join lateral (
        select e.key,
               case e.key
               when 'price' then case when jsonb_typeof(e.value) = 'object'
                                      then e.value ->> 'amount'
                                      else e.value #>> '{}' end
               when 'categories' then core.import_attribute_cell(e.value)
               else e.value #>> '{}' end
        from jsonb_each(l.doc) e
        where e.key not in ('attributes', 'options')
        union all
        select 'attr:' || a.key, core.import_attribute_cell(a.value)
        from jsonb_each(case when jsonb_typeof(l.doc -> 'attributes')
                                  = 'object'
                             then l.doc -> 'attributes' else '{}' end) a
        union all
        select 'option:' || o.key, core.import_attribute_cell(o.value)
        from jsonb_each(case when jsonb_typeof(l.doc -> 'options') = 'object'
                             then l.doc -> 'options' else '{}' end) o
    ) m (key, value)
    where r.import_id = i.id and r.problem is null;

    select coalesce(array_agg(c.header order by c.header), '{}')
    into i.columns
    from (select distinct header from import_cell) c;

    update core.import_row r
    set fields = array(
            select c.cell from unnest(i.columns) with ordinality h (name, n)
            left join import_cell c on c.line = r.line and c.header = h.name
            order by h.n)
    where r.import_id = i.id and r.problem is null;

    drop table import_cell;

    begin
        perform core.import_check_header(i.columns, i.format,
                    coalesce((i.options ->> 'ignore_unknown')::boolean,
                             false));
    exception when others then
        if sqlstate not like 'CM%' then
            raise;
        end if;

        return core.import_failed(i, sqlerrm, null);
    end;

    update core.import x set columns = i.columns where x.id = i.id;
    return i;
end
$$;
