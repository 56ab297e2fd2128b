-- What keeps each row of the catalogue honest, whoever writes it: ids that
-- never change, versions that move once per transaction when something
-- changed, the path of a category.


-- Before update of category, variant and product_image.

create or replace function core.row_touch() returns trigger
language plpgsql set search_path = core, pg_temp as $$
begin
    if new.id <> old.id then
        perform core.fail('id_is_immutable', 409);
    end if;

    if old.changed_in = pg_current_xact_id() then
        new.version := old.version;
    else
        new.version := old.version + 1;
        new.changed_in := pg_current_xact_id();
    end if;

    new.updated_at := now();
    return new;
end
$$;


-- Before update of product: what was written as it was is no change.

create or replace function core.product_touch() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    same core.product := new;
begin
    same.version := old.version;
    same.updated_at := old.updated_at;

    if same is not distinct from old then
        new.version := old.version;
        new.updated_at := old.updated_at;
        return new;
    end if;

    if new.id <> old.id then
        perform core.fail('id_is_immutable', 409);
    end if;

    if old.changed_in = pg_current_xact_id() then
        new.version := old.version;
    else
        new.version := old.version + 1;
        new.changed_in := pg_current_xact_id();
    end if;

    new.updated_at := now();
    return new;
end
$$;


create or replace trigger product_touch
    before update on core.product
    for each row when (old.* is distinct from new.*)
    execute function core.product_touch();

create or replace trigger variant_touch
    before update on core.variant
    for each row when (old.* is distinct from new.*)
    execute function core.row_touch();

create or replace trigger product_image_touch
    before update on core.product_image
    for each row when (old.* is distinct from new.*)
    execute function core.row_touch();

create or replace trigger category_touch
    before update on core.category
    for each row when ((old.id, old.parent_id, old.slug, old.name,
                        old.description, old.position)
                       is distinct from
                       (new.id, new.parent_id, new.slug, new.name,
                        new.description, new.position))
    execute function core.row_touch();


-- Before insert of a category and before an update of its parent.

create or replace function core.category_path() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    above bigint[] := '{}';
begin
    if new.parent_id is not null then
        select c.path into above from core.category c
        where c.id = new.parent_id for share;

        if new.id = any (above) then
            perform core.fail_at('category_cycle', 409, '/parent_id');
        end if;

        if cardinality(above) >= 10 then
            perform core.fail_at('category_too_deep', 409, '/parent_id');
        end if;
    end if;

    new.path := above || new.id;
    return new;
end
$$;

create or replace trigger category_path
    before insert or update of parent_id, path on core.category
    for each row execute function core.category_path();
