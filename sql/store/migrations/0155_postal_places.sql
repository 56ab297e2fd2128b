-- What a postal code of Brazil (CEP) tells of its place, as far as the shop
-- knows: ranges of whole codes, of which the narrowest counts. The capitals are
-- here; whoever has the directory of the post office puts its streets in.
create table core.postal_place (
    country   char(2) not null default 'BR',
    first     text not null,
    last      text not null,
    region    text not null,
    city      text not null,
    district  text,
    street    text,
    primary key (country, first, last),
    check (first ~ '^[0-9]{8}$' and last ~ '^[0-9]{8}$' and first <= last)
);

insert into core.postal_place (first, last, region, city) values
    ('01000000', '05999999', 'BR-SP', 'São Paulo'),
    ('08000000', '08499999', 'BR-SP', 'São Paulo'),
    ('20000000', '23799999', 'BR-RJ', 'Rio de Janeiro'),
    ('29000000', '29099999', 'BR-ES', 'Vitória'),
    ('30000000', '31999999', 'BR-MG', 'Belo Horizonte'),
    ('40000000', '42499999', 'BR-BA', 'Salvador'),
    ('49000000', '49098999', 'BR-SE', 'Aracaju'),
    ('50000000', '52999999', 'BR-PE', 'Recife'),
    ('57000000', '57099999', 'BR-AL', 'Maceió'),
    ('58000000', '58099999', 'BR-PB', 'João Pessoa'),
    ('59000000', '59139999', 'BR-RN', 'Natal'),
    ('60000000', '61599999', 'BR-CE', 'Fortaleza'),
    ('64000000', '64099999', 'BR-PI', 'Teresina'),
    ('65000000', '65109999', 'BR-MA', 'São Luís'),
    ('66000000', '66999999', 'BR-PA', 'Belém'),
    ('68900000', '68911999', 'BR-AP', 'Macapá'),
    ('69000000', '69099999', 'BR-AM', 'Manaus'),
    ('69300000', '69339999', 'BR-RR', 'Boa Vista'),
    ('69900000', '69920999', 'BR-AC', 'Rio Branco'),
    ('70000000', '72799999', 'BR-DF', 'Brasília'),
    ('73000000', '73699999', 'BR-DF', 'Brasília'),
    ('74000000', '74899999', 'BR-GO', 'Goiânia'),
    ('76800000', '76834999', 'BR-RO', 'Porto Velho'),
    ('77000000', '77249999', 'BR-TO', 'Palmas'),
    ('78000000', '78109999', 'BR-MT', 'Cuiabá'),
    ('79000000', '79124999', 'BR-MS', 'Campo Grande'),
    ('80000000', '82999999', 'BR-PR', 'Curitiba'),
    ('88000000', '88099999', 'BR-SC', 'Florianópolis'),
    ('90000000', '91999999', 'BR-RS', 'Porto Alegre');
