-- Pictures that were uploaded. The bytes lie in files of gateways
-- (commerce_media), named by their SHA-256; the row says that there is one.
--
-- touched_at is when it was last sent, or put on a product or taken off it.
-- One that nothing shows a day later is condemned and its file deleted; the row
-- goes last, so that whoever sends the same picture in between finds it
-- condemned and comes back.

create table core.media (
    name          text primary key
                  check (name ~ '^[0-9a-f]{64}\.(jpg|png|webp)$'),
    type          text not null,
    bytes         bigint not null check (bytes > 0),
    width         int not null check (width > 0),
    height        int not null check (height > 0),
    created_at    timestamptz not null default now(),
    touched_at    timestamptz not null default now(),
    condemned_at  timestamptz
);

create index media_touched on core.media (touched_at);
create index media_condemned on core.media (name)
    where condemned_at is not null;

-- Who asks whether a picture is still shown asks by its address.
create index product_image_media on core.product_image (url)
    where url like '/media/files/%';
