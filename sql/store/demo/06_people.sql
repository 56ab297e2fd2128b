-- The demo shop, part 6: who bought. Read by the demo of identity too, so that
-- both know the same people by the same ids; none of them can log in.

create temporary table demo_person on commit drop as
select n,
       (lpad(to_hex((extract(epoch from joined) * 1000)::bigint), 12, '0')
        || '7' || substr(md5('pessoa' || n), 1, 3)
        || '8' || substr(md5('pessoa' || n), 4, 15))::uuid as id,
       first || ' ' || last as name,
       lower(translate(first || '.' || last, 'áâãçéêíóôõú ', 'aaaceeiooou'))
           || n || '@cliente.example' as email,
       regions[1 + (n * 7 + n / 11) % cardinality(regions)] as region,
       joined
  from generate_series(1, 240) n
 cross join (select string_to_array('Ana Bruno Carla Diego Elisa Fábio Gabriela'
                    ' Heitor Inês João Karina Lucas Márcia Nélson Olívia Paulo'
                    ' Regina Sérgio Tânia Vítor', ' ') as firsts,
                    string_to_array('Almeida Barbosa Cardoso Dias Esteves'
                    ' Ferreira Gonçalves Lima Moraes Nogueira Oliveira Pereira'
                    ' Queirós Ribeiro Santos Teixeira', ' ') as lasts,
                    string_to_array('BR-SP BR-SP BR-SP BR-SP BR-RJ BR-RJ BR-MG'
                    ' BR-MG BR-PE BR-PE BR-PR BR-BA BR-RS BR-CE BR-DF BR-SC'
                    ' BR-GO BR-PA BR-AM', ' ') as regions) list
 cross join lateral (
       select firsts[1 + n % cardinality(firsts)] as first,
              lasts[1 + (n * 5 + n / 20) % cardinality(lasts)] as last,
              date_trunc('day', now()) - interval '1 day' * (60 - n / 4.2)
              - interval '90 days' * (n % 3 = 0)::int as joined) of;
