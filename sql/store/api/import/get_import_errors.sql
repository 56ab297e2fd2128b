-- The file of errors: the refused rows after a line, under the header of the
-- file they came in, with what is wrong in front. Corrected, it can be sent
-- again as it is. GET /admin/imports/{id}/errors.csv

create or replace function api.get_import_errors(id uuid, after bigint,
                                                 rows int, language text,
                                                 principal jsonb)
    returns table (_body text)
language sql stable as $$
    select core.csv_line(array['import_line', 'import_error'] || i.columns,
                         s.separator)
           || coalesce(string_agg(core.csv_line(
                  array[f.line::text, f.said] || f.fields, s.separator), ''
                  order by f.line) filter (where f.line is not null), '')
    from core.import i
    cross join lateral (
        select coalesce(i.options ->> 'separator', ',')) s (separator)
    left join lateral (
        select r.line, r.fields,
               (select string_agg(concat_ws(': ', nullif(e ->> 'column', ''),
                                  coalesce(case get_import_errors.language
                                           when 'en' then m.en else m.pt end,
                                           e ->> 'code')
                                  || coalesce(' (' || (e ->> 'value') || ')',
                                              '')), '; ' order by n)
                from jsonb_array_elements(r.errors)
                         with ordinality as x (e, n)
                left join core.import_message m on m.code = e ->> 'code')
        from core.import_refusal r
        where r.import_id = i.id and r.line > get_import_errors.after
        order by r.line
        limit get_import_errors.rows) f (line, fields, said) on true
    where i.id = get_import_errors.id
    group by i.id, i.columns, s.separator
$$;

grant select on core.import_refusal, core.import_message to store_api;
