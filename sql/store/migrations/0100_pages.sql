-- The storefront's page as it was built, with the places where the shop writes
-- what search engines and readers without scripts need; and the address that
-- the shop has for others. One row, a bare page until one was built.

create table core.page_shell (
    id          int primary key check (id = 1),
    html        text not null,
    shop_url    text not null check (shop_url ~ '^https?://[^/]+$'),
    updated_at  timestamptz not null default now()
);

insert into core.page_shell (id, html, shop_url)
values (1, '<!doctype html><html lang="pt-BR"><head><meta charset="utf-8" />'
           '<meta name="viewport" content="width=device-width" />'
           '<!--head--><!--/head--></head><body><!--body--></body></html>',
        'http://localhost:8080');

alter publication commerce add table core.page_shell (id);
