-- The demo shop: its customers, who have no passwords.

\ir ../../store/demo/06_people.sql

insert into core.users (id, name, email, email_confirmed, created_at)
select id, name, email, true, joined
  from demo_person
 order by n
on conflict do nothing;

insert into core.user_role (user_id, role)
select p.id, 'customer'
  from demo_person p
  join core.users u on u.id = p.id
on conflict do nothing;
