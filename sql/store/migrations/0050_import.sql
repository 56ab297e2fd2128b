-- Imports: files of products (or of a year of sales) on their way into the
-- catalogue.
--
-- A file is staged whole (COPY), checked whole, then merged in batches, each
-- batch one transaction that also moves the counters below: a gateway that
-- dies leaves an import that goes on where it stood, and a product is never
-- merged by halves. Staged rows are unlogged: should PostgreSQL itself crash,
-- they are gone, and the import says so and is repeated.

create table core.import (
    id            uuid primary key,
    format        text not null check (format in ('products',
                                                  'online-retail')),
    media         text not null check (media in ('csv', 'ndjson')),
    status        text not null default 'staging'
                  check (status in ('staging', 'checking', 'merging', 'done',
                                    'failed')),
    dry_run       boolean not null default false,
    filename      text check (length(filename) <= 200),
    options       jsonb not null default '{}',
    columns       text[] not null,             -- the file's header
    rows          bigint not null default 0,   -- read from the file
    items         bigint not null default 0,   -- SKUs that they make
    batches       int not null default 0,
    batch         int not null default 0,      -- merged so far
    created       bigint not null default 0,
    updated       bigint not null default 0,
    unchanged     bigint not null default 0,
    refused       bigint not null default 0,   -- rows, in core.import_refusal
    error         jsonb,                       -- of status failed
    actor_id      uuid,
    version       bigint not null default 1,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    finished_at   timestamptz
);

create index import_unfinished on core.import (updated_at)
 where status in ('staging', 'checking', 'merging');


-- The file as it came. problem is what the reader found wrong with the
-- record itself (an open quote, bytes that are not UTF-8).
create unlogged table core.import_row (
    import_id  uuid not null,
    line       bigint not null,
    fields     text[] not null,
    problem    text
);

-- A file lies together, so this small index is as good as a big one.
create index import_row_import on core.import_row
 using brin (import_id) with (pages_per_range = 32);


-- What is to become of one variant. Null: the file does not say, leave it.
create unlogged table core.import_item (
    import_id    uuid not null,
    batch        int not null,
    line         bigint not null,
    sku          text not null,
    product      text not null,            -- rows with the same are one product
    slug         text,
    name         text,
    description  text,
    status       text,
    attributes   jsonb,
    categories   text[],                   -- paths, 'Casa > Mesa'
    variant      text,                     -- name of the variant
    options      jsonb,
    price        bigint,
    currency     text,
    tax_class    text,
    weight       int,
    active       boolean,
    stock        bigint,                   -- on hand shall be this
    received     bigint,                   -- all receipts together shall be this
    product_id   bigint,
    variant_id   bigint,
    is_new       boolean,
    changed      boolean not null default false,
    primary key (import_id, batch, line)
);


-- Rows that were not taken, as they came, with all that is wrong with them:
-- the file of errors is made of it, and can be corrected and sent again.
create table core.import_refusal (
    import_id  uuid not null references core.import on delete cascade,
    line       bigint not null,
    fields     text[] not null,
    errors     jsonb not null,             -- [{column, code, value}]
    primary key (import_id, line)
);


-- Names that a header may use. Headers are compared without case, accents,
-- spaces and punctuation. An operator may add rows.
create table core.import_column (
    format  text not null,
    alias   text not null check (alias ~ '^[a-z0-9]+$'),
    target  text not null,
    primary key (format, alias)
);

insert into core.import_column (format, alias, target) values
    ('products', 'sku', 'sku'), ('products', 'codigo', 'sku'),
    ('products', 'code', 'sku'), ('products', 'referencia', 'sku'),
    ('products', 'product', 'product'), ('products', 'produto', 'product'),
    ('products', 'slug', 'product'), ('products', 'handle', 'product'),
    ('products', 'name', 'name'), ('products', 'nome', 'name'),
    ('products', 'title', 'name'), ('products', 'titulo', 'name'),
    ('products', 'description', 'description'),
    ('products', 'descricao', 'description'),
    ('products', 'price', 'price'), ('products', 'preco', 'price'),
    ('products', 'valor', 'price'),
    ('products', 'currency', 'currency'), ('products', 'moeda', 'currency'),
    ('products', 'category', 'category'),
    ('products', 'categories', 'category'),
    ('products', 'categoria', 'category'),
    ('products', 'categorias', 'category'),
    ('products', 'stock', 'stock'), ('products', 'estoque', 'stock'),
    ('products', 'stockonhand', 'stock'), ('products', 'onhand', 'stock'),
    ('products', 'status', 'status'), ('products', 'situacao', 'status'),
    ('products', 'variant', 'variant'), ('products', 'variante', 'variant'),
    ('products', 'variacao', 'variant'),
    ('products', 'taxclass', 'tax_class'),
    ('products', 'classefiscal', 'tax_class'),
    ('products', 'weight', 'weight'), ('products', 'weightgrams', 'weight'),
    ('products', 'peso', 'weight'), ('products', 'pesogramas', 'weight'),
    ('products', 'active', 'active'), ('products', 'ativo', 'active'),

    ('online-retail', 'invoiceno', 'invoice'),
    ('online-retail', 'invoice', 'invoice'),
    ('online-retail', 'stockcode', 'sku'),
    ('online-retail', 'description', 'description'),
    ('online-retail', 'quantity', 'quantity'),
    ('online-retail', 'invoicedate', 'date'),
    ('online-retail', 'unitprice', 'price'),
    ('online-retail', 'price', 'price'),
    ('online-retail', 'customerid', 'customer'),
    ('online-retail', 'country', 'country');


-- What a refusal tells its reader.
create table core.import_message (
    code  text primary key,
    pt    text not null,
    en    text not null
);

insert into core.import_message (code, pt, en) values
    ('required', 'Campo obrigatório', 'Required'),
    ('invalid_sku', 'SKU inválido: até 64 caracteres visíveis',
     'Invalid SKU: at most 64 visible characters'),
    ('duplicate_sku', 'SKU repetido no arquivo', 'SKU repeated in the file'),
    ('too_long', 'Texto longo demais', 'Text too long'),
    ('not_a_number', 'Não é um número', 'Not a number'),
    ('ambiguous_number',
     'Número ambíguo: informe decimal=comma ou decimal=point',
     'Ambiguous number: say decimal=comma or decimal=point'),
    ('price_scale_required',
     'Preço sem casas decimais: informe price_scale',
     'Price without decimals: say price_scale'),
    ('not_minor_units', 'Com price_scale=0 o preço é um inteiro em centavos',
     'With price_scale=0 a price is an integer of minor units'),
    ('too_many_decimals', 'Casas decimais além de price_scale',
     'More decimals than price_scale'),
    ('out_of_range', 'Valor fora dos limites', 'Value out of range'),
    ('invalid_currency', 'Moeda inválida: use o código ISO 4217',
     'Invalid currency: use the ISO 4217 code'),
    ('invalid_status', 'Situação inválida: rascunho, ativo ou arquivado',
     'Invalid status: draft, active or archived'),
    ('invalid_boolean', 'Use sim ou não', 'Use yes or no'),
    ('invalid_product', 'Identificador de produto inválido',
     'Invalid product identifier'),
    ('invalid_category', 'Caminho de categoria inválido',
     'Invalid category path'),
    ('invalid_tax_class', 'Classe fiscal inválida', 'Invalid tax class'),
    ('invalid_date', 'Data inválida', 'Invalid date'),
    ('invalid_json', 'Linha não é um objeto JSON', 'Line is no JSON object'),
    ('unknown_member', 'Membro JSON desconhecido', 'Unknown JSON member'),
    ('wrong_field_count', 'Quantidade de campos difere do cabeçalho',
     'Number of fields differs from the header'),
    ('sibling_refused', 'Outra linha do mesmo produto foi recusada',
     'Another row of the same product was refused'),
    ('not_utf8', 'Bytes que não são UTF-8: informe encoding=windows-1252',
     'Bytes that are not UTF-8: say encoding=windows-1252'),
    ('nul_byte', 'Contém um byte nulo', 'Contains a NUL byte'),
    ('text_after_quote', 'Texto depois de aspas fechadas',
     'Text after a closing quote'),
    ('open_quote', 'Aspas não fechadas', 'Quote is never closed'),
    ('record_too_long', 'Registro longo demais', 'Record too long'),
    ('too_many_fields', 'Campos demais', 'Too many fields'),
    ('product_mismatch', 'O SKU pertence a outro produto',
     'The SKU belongs to another product'),
    ('refused', 'Recusado pelo banco de dados', 'Refused by the database'),
    ('below_reserved', 'Estoque menor que o reservado em pedidos',
     'Stock below what orders have reserved');
