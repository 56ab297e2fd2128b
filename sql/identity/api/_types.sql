-- What functions that change a user answer: the card and its controls.

create type api.user_reply as (
    _status          int,
    _location        text,
    _revoke          text[],
    id               uuid,
    name             text,
    email            text,
    roles            text[],
    active           boolean,
    email_confirmed  boolean,
    phone            text,
    tax_id           text,
    reference        text,
    version          bigint,
    created_at       timestamptz,
    updated_at       timestamptz,
    last_login_at    timestamptz
);


-- The same for an address.

create type api.address_reply as (
    _status      int,
    _location    text,
    id           uuid,
    label        text,
    recipient    text,
    street       text,
    number       text,
    complement   text,
    district     text,
    city         text,
    postal_code  text,
    phone        text,
    region       text,
    country      text,
    is_default   boolean,
    version      bigint,
    created_at   timestamptz,
    updated_at   timestamptz
);


-- A row of a page of users.

create type api.user_row as (
    id               uuid,
    name             text,
    email            text,
    roles            text[],
    active           boolean,
    email_confirmed  boolean,
    phone            text,
    tax_id           text,
    reference        text,
    version          bigint,
    created_at       timestamptz,
    updated_at       timestamptz,
    last_login_at    timestamptz,
    _cursor          jsonb,
    _total           bigint
);
