-- An address as the API shows it.

drop view if exists core.address_card cascade;

create view core.address_card as
    select a.id, a.label, a.recipient, a.street, a.number, a.complement,
           a.district, a.city, a.postal_code, a.phone, a.region,
           a.country::text, a.is_default, a.version, a.created_at,
           a.updated_at,
           a.user_id
    from core.address a;


-- At most one address is the default: before one becomes it, the others are
-- not.

create or replace function core.clear_default(user_id uuid, except_id uuid)
    returns void
language sql volatile as $$
    update core.address a
    set is_default = false, version = a.version + 1, updated_at = now()
    where a.user_id = clear_default.user_id and a.is_default
          and a.id <> clear_default.except_id
$$;
