-- The plan of the file of customers (core.csv_plan).

create or replace function core.export_customers(separator text)
    returns table (head text, copy text)
language sql stable as $$
    select * from core.csv_plan(
        array['id', 'name', 'email', 'reference', 'active', 'email_confirmed',
              'created_at', 'last_login_at'],
        array['c.id', 'core.csv_guard(c.name)', 'core.csv_guard(c.email)',
              'core.csv_guard(c.reference)',
              $q$case when c.active then 'yes' else 'no' end$q$,
              $q$case when c.email_confirmed then 'yes' else 'no' end$q$,
              'core.rfc3339(c.created_at)', 'core.rfc3339(c.last_login_at)'],
        $q$from core.user_card c where exists (
           select from core.user_role r
           where r.user_id = c.id and r.role = 'customer') order by c.id$q$,
        export_customers.separator)
$$;
