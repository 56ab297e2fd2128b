-- The demo shop, part 1: the category tree. Run once, by `commerce up`, in one
-- transaction with the other parts. Everything here is invented.

insert into core.category (slug, name, position)
values ('alimentos', 'Alimentos e Bebidas', 1),
       ('moda', 'Moda', 2),
       ('eletronicos', 'Eletrônicos', 3),
       ('casa', 'Casa', 4),
       ('livros-e-papelaria', 'Livros e Papelaria', 5),
       ('esporte-e-lazer', 'Esporte e Lazer', 6),
       ('brinquedos', 'Brinquedos', 7),
       ('beleza', 'Beleza e Perfumaria', 8),
       ('pet-shop', 'Pet Shop', 9),
       ('ferramentas', 'Ferramentas', 10);

insert into core.category (slug, name, position, parent_id)
select child.slug, child.name, child.position, parent.id
  from (values ('moda', 'roupas', 'Roupas', 1),
               ('moda', 'calcados', 'Calçados', 2),
               ('moda', 'acessorios', 'Acessórios', 3),
               ('casa', 'cozinha', 'Cozinha', 1),
               ('casa', 'decoracao', 'Decoração', 2),
               ('casa', 'moveis', 'Móveis', 3),
               ('esporte-e-lazer', 'musica', 'Instrumentos Musicais', 9))
       as child(parent, slug, name, position)
  join core.category parent on parent.slug = child.parent;

insert into core.category (slug, name, position, parent_id)
select leaf.slug, leaf.name, leaf.position, parent.id
  from (values
        ('alimentos', 'cafes', 'Cafés', 1),
        ('alimentos', 'chocolates', 'Chocolates', 2),
        ('alimentos', 'queijos', 'Queijos', 3),
        ('alimentos', 'azeites', 'Azeites e Vinagres', 4),
        ('alimentos', 'mel-e-doces', 'Mel e Doces', 5),
        ('alimentos', 'chas', 'Chás e Infusões', 6),
        ('roupas', 'vestidos', 'Vestidos', 1),
        ('roupas', 'camisas', 'Camisas', 2),
        ('roupas', 'camisetas', 'Camisetas', 3),
        ('roupas', 'calcas', 'Calças', 4),
        ('roupas', 'jaquetas', 'Jaquetas', 5),
        ('calcados', 'tenis', 'Tênis', 1),
        ('calcados', 'sandalias', 'Sandálias', 2),
        ('acessorios', 'bones', 'Bonés', 1),
        ('acessorios', 'mochilas', 'Mochilas', 2),
        ('acessorios', 'oculos-de-sol', 'Óculos de Sol', 3),
        ('acessorios', 'relogios', 'Relógios', 4),
        ('acessorios', 'joias', 'Joias', 5),
        ('eletronicos', 'celulares', 'Celulares', 1),
        ('eletronicos', 'notebooks', 'Notebooks', 2),
        ('eletronicos', 'fones-de-ouvido', 'Fones de Ouvido', 3),
        ('eletronicos', 'caixas-de-som', 'Caixas de Som', 4),
        ('eletronicos', 'cameras', 'Câmeras', 5),
        ('eletronicos', 'teclados', 'Teclados', 6),
        ('eletronicos', 'monitores', 'Monitores', 7),
        ('cozinha', 'panelas', 'Panelas', 1),
        ('cozinha', 'facas', 'Facas', 2),
        ('cozinha', 'cafeteiras', 'Cafeteiras', 3),
        ('cozinha', 'liquidificadores', 'Liquidificadores', 4),
        ('cozinha', 'copos', 'Copos', 5),
        ('cozinha', 'pratos', 'Pratos', 6),
        ('decoracao', 'luminarias', 'Luminárias', 1),
        ('decoracao', 'almofadas', 'Almofadas', 2),
        ('decoracao', 'tapetes', 'Tapetes', 3),
        ('decoracao', 'plantas', 'Plantas', 4),
        ('decoracao', 'redes', 'Redes de Descanso', 5),
        ('decoracao', 'toalhas', 'Toalhas', 6),
        ('moveis', 'cadeiras', 'Cadeiras', 1),
        ('moveis', 'mesas', 'Mesas', 2),
        ('moveis', 'sofas', 'Sofás', 3),
        ('livros-e-papelaria', 'livros', 'Livros', 1),
        ('livros-e-papelaria', 'cadernos', 'Cadernos', 2),
        ('livros-e-papelaria', 'canetas', 'Canetas', 3),
        ('esporte-e-lazer', 'bolas', 'Bolas', 1),
        ('esporte-e-lazer', 'bicicletas', 'Bicicletas', 2),
        ('esporte-e-lazer', 'halteres', 'Halteres e Pesos', 3),
        ('esporte-e-lazer', 'barracas', 'Barracas', 4),
        ('musica', 'violoes', 'Violões', 1),
        ('musica', 'percussao', 'Percussão', 2),
        ('brinquedos', 'blocos', 'Blocos de Montar', 1),
        ('brinquedos', 'pelucias', 'Pelúcias', 2),
        ('brinquedos', 'carrinhos', 'Carrinhos', 3),
        ('beleza', 'perfumes', 'Perfumes', 1),
        ('beleza', 'sabonetes', 'Sabonetes', 2),
        ('pet-shop', 'racoes', 'Rações', 1),
        ('pet-shop', 'coleiras', 'Coleiras', 2),
        ('ferramentas', 'martelos', 'Martelos', 1),
        ('ferramentas', 'furadeiras', 'Furadeiras', 2),
        ('ferramentas', 'trenas', 'Trenas', 3))
       as leaf(parent, slug, name, position)
  join core.category parent on parent.slug = leaf.parent;
