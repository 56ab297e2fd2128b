-- People and how they get in: users, roles, sessions, tokens, addresses.
--
-- No token is stored, only its SHA-256; no password, only its argon2id hash.
-- Columns that the contract marks x-commerce-sealed hold text that the
-- gateway encrypted: nothing here can read it.
--
-- Locks: the user's row before its sessions, a session before its tokens.


-- Scopes are names that the contract asks for; a role is a set of them.

create table core.role (
    name         text primary key check (name ~ '^[a-z][a-z0-9_-]{1,31}$'),
    description  text not null default ''
                 check (length(description) <= 200),
    scopes       text[] not null
                 check (cardinality(scopes) between 1 and 40
                        and array_to_string(scopes, ' ') ~
                            '^[a-z_]+(:[a-z_]+)?( [a-z_]+(:[a-z_]+)?)*$'),
    built_in     boolean not null default false,
    version      bigint not null default 1,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now()
);

insert into core.role (name, description, scopes, built_in) values
    ('customer', 'Cliente', '{shop}', true),
    ('staff', 'Equipe da loja',
     array['shop', 'catalog:write', 'stock:read', 'stock:write',
           'orders:read', 'orders:write', 'customers:read',
           'customers:write', 'reports:read', 'imports:write'], true);

insert into core.role (name, description, scopes, built_in)
select 'admin', 'Administração',
       scopes || array['users:read', 'users:write', 'roles:write',
                       'settings:write', 'admin'], true
from core.role where name = 'staff';


-- An e-mail is written as its owner writes it and unique whatever the case.
-- Without a password nobody can log in. reference is the shop's own number
-- for a customer (an import's, another system's). An erased user keeps its
-- id, since orders point to it, and nothing else.

create table core.users (
    id               uuid primary key,
    name             text not null check (length(name) between 1 and 120),
    email            text not null check (length(email) between 3 and 254
                                          and email = btrim(email)),
    email_key        text generated always as (lower(email)) stored unique,
    password_hash    text,
    phone            text,
    tax_id           text,
    reference        text unique check (length(reference) between 1 and 64),
    active           boolean not null default true,
    email_confirmed  boolean not null default false,
    version          bigint not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    last_login_at    timestamptz,
    password_set_at  timestamptz,
    erased_at        timestamptz,
    check (erased_at is null or (password_hash is null and not active))
);

create index users_name on core.users (lower(name), id)
    where erased_at is null;
create index users_search on core.users
    using gin (core.fold(name || ' ' || email) gin_trgm_ops)
    where erased_at is null;


create table core.user_role (
    user_id  uuid not null references core.users on delete cascade,
    role     text not null references core.role on update cascade,
    primary key (user_id, role)
);

create index user_role_role on core.user_role (role, user_id);


-- A login. Refresh tokens rotate within it; revoking it ends them all, and
-- the gateway refuses its access tokens at once.

create table core.session (
    id            uuid primary key,
    user_id       uuid not null references core.users on delete cascade,
    user_agent    text not null default '' check (length(user_agent) <= 300),
    address       text not null default '' check (length(address) <= 64),
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz not null default now(),
    expires_at    timestamptz not null default now() + interval '30 days',
    revoked_at    timestamptz,
    reason        text check (reason in ('logout', 'logout_all', 'ended',
                                         'reuse', 'password', 'roles',
                                         'deactivated', 'erased'))
);

create index session_of_user on core.session (user_id, id)
    where revoked_at is null;
create index session_revoked on core.session (revoked_at)
    where revoked_at is not null;


create table core.refresh_token (
    hash         bytea primary key check (length(hash) = 32),
    session_id   uuid not null references core.session on delete cascade,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null default now() + interval '7 days',
    used_at      timestamptz,
    replaced_by  bytea
);

create index refresh_token_session on core.refresh_token (session_id);


-- Sent by mail, good for one use. email is the address it was sent to. A
-- request for an address that nobody has leaves a row without a user, so that
-- both take the same work.

create table core.one_time_token (
    hash        bytea primary key check (length(hash) = 32),
    purpose     text not null check (purpose in ('reset_password',
                                                 'confirm_email',
                                                 'change_email')),
    user_id     uuid references core.users on delete cascade,
    email       text not null,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    used_at     timestamptz
);

create index one_time_token_email
    on core.one_time_token (lower(email), purpose, created_at);
create index one_time_token_expires on core.one_time_token (expires_at);


-- Attempts to log in by account, known or not: a digest of the e-mail. An
-- attempt counts from its beginning, so parallel guesses count as well;
-- success forgets them.

create table core.login_failure (
    account       bytea primary key,
    attempts      int not null default 0,
    last_at       timestamptz not null default now(),
    locked_until  timestamptz
) with (fillfactor = 70);

create index login_failure_last on core.login_failure using brin (last_at);


-- Where a customer lives. What stands in sealed columns is encrypted by the
-- gateway; region and country stay readable for taxes and freight.

create table core.address (
    id          uuid primary key,
    user_id     uuid not null references core.users on delete cascade,
    label       text not null default '' check (length(label) <= 60),
    recipient   text not null,
    street      text not null,
    number      text not null default '',
    complement  text not null default '',
    district    text not null default '',
    city        text not null,
    postal_code text not null,
    phone       text,
    region      text not null check (length(region) between 1 and 60),
    country     char(2) not null default 'BR' check (country ~ '^[A-Z]{2}$'),
    is_default  boolean not null default false,
    version     bigint not null default 1,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);

create index address_user on core.address (user_id, id);
create unique index address_default on core.address (user_id)
    where is_default;


-- Messages to send. Rows without a recipient are never sent: they stand for
-- requests that had nobody to tell.

create table core.mail_outbox (
    id          uuid primary key default core.uuid_v7(),
    user_id     uuid references core.users on delete cascade,
    recipient   text,
    template    text not null check (template in ('confirm_email',
                                                  'change_email',
                                                  'email_changed',
                                                  'reset_password',
                                                  'password_changed')),
    language    text not null default 'pt-BR',
    data        jsonb not null default '{}',
    created_at  timestamptz not null default now(),
    sent_at     timestamptz,
    attempts    int not null default 0,
    last_error  text
);

create index mail_outbox_pending on core.mail_outbox (created_at)
    where sent_at is null and recipient is not null;
create index mail_outbox_user on core.mail_outbox (user_id);


-- Who was erased: replayed after a backup is restored.

create table core.erasure (
    user_id    uuid primary key,
    erased_at  timestamptz not null default now(),
    actor_id   uuid
);


-- What security people ask about afterwards; append only.

create table core.audit (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default now(),
    action    text not null,
    actor_id  uuid,
    user_id   uuid,
    detail    jsonb not null default '{}'
);

create index audit_user on core.audit (user_id, id);

create function core.audit_is_append_only() returns trigger
language plpgsql as $$
begin
    raise exception 'core.audit is append only';
end
$$;

create trigger append_only before update or delete on core.audit
    for each row execute function core.audit_is_append_only();
