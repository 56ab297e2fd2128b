-- Texts as search sees them.  In plpgsql, which keeps its plans: a function in
-- SQL that cannot be inlined is planned again at every call.


-- Text without case and accents.

create or replace function core.fold(t text) returns text
language plpgsql immutable parallel safe as $$
begin
    return lower(core.unaccent('core.unaccent'::regdictionary, t));
end
$$;


-- Words only, so that documents and queries are cut in the same places.

create or replace function core.plain(t text) returns text
language plpgsql immutable parallel safe as $$
begin
    return regexp_replace(core.fold(t), '[^[:alnum:]]+', ' ', 'g');
end
$$;


-- What names are ordered and completed by.

create or replace function core.name_key(name text) returns text
language plpgsql immutable parallel safe as $$
begin
    return left(core.fold(name), 80);
end
$$;


create or replace function core.text_document(t text, weight "char")
    returns tsvector
language plpgsql stable parallel safe as $$
declare
    words    text := core.plain(t);
    document tsvector;
begin
    if words is null or words = '' then
        return '';
    end if;

    document := to_tsvector('core.pt', words) || to_tsvector('core.en', words);

    -- PostgreSQL's parser takes 12e4ab for a number and a word.
    if words ~ '\m[0-9]+e[0-9]' then
        document := document || core.exact_document(words);
    end if;

    return setweight(document, weight);
end
$$;


create or replace function core.code_document(codes text) returns tsvector
language plpgsql stable parallel safe as $$
begin
    if codes is null then
        return '';
    end if;

    return setweight(core.exact_document(core.plain(codes)), 'B');
end
$$;


-- Plain words as they are, none of them cut or stemmed.

create or replace function core.exact_document(words text) returns tsvector
language plpgsql immutable parallel safe as $$
begin
    return coalesce((select string_agg(quote_literal(w) || ':'
                                       || least(n, 16383), ' ')::tsvector
                     from unnest(string_to_array(words, ' '))
                              with ordinality u (w, n)
                     where w <> '' and length(w) <= 200), '');
end
$$;


-- The words of a text that are worth mending.

create or replace function core.words(t text) returns text[]
language plpgsql immutable parallel safe as $$
begin
    return array(select distinct w
                 from unnest(string_to_array(core.plain(t), ' ')) w
                 where length(w) between 3 and 40 and w ~ '[[:alpha:]]');
end
$$;


-- A stop word has no stem: it stands for itself.

create or replace function core.stem(dictionary regdictionary, word text)
    returns text
language sql stable parallel safe as $$
    select coalesce((ts_lexize(dictionary, word))[1], word)
$$;


-- Attributes and options of active variants as 'name=value', each value of a
-- list by itself; what is neither text, number nor boolean cannot be asked
-- for.

create or replace function core.product_terms(attributes jsonb,
                                              variants jsonb)
    returns text[]
language plpgsql immutable as $$
begin
    return array(
        select distinct said.key || '=' || left(said.value, 100)
        from (
            select a.key, item #>> '{}'
            from jsonb_each(attributes) a
            cross join lateral jsonb_array_elements(
                case when jsonb_typeof(a.value) = 'array' then a.value
                     else jsonb_build_array(a.value) end) item
            where jsonb_typeof(item) in ('string', 'number', 'boolean')
            union all
            select o.key, o.value
            from jsonb_array_elements(variants) v,
                 jsonb_each_text(v -> 'options') o) said (key, value)
        order by 1);
end
$$;


-- What a product is found by: words weighted by where they stand, and the
-- marks for filters.

create or replace function core.product_document(p core.product,
                                                 terms text[])
    returns tsvector
language plpgsql stable as $$
declare
    codes  text;
    places text;
    marks  text[];
    said   text;
begin
    select string_agg(v ->> 'sku', ' ') into codes
    from jsonb_array_elements(p.variants) v;

    select string_agg(c ->> 'name', ' ') into places
    from jsonb_array_elements(p.categories) c;

    select string_agg(substr(term, strpos(term, '=') + 1), ' ') into said
    from unnest(terms) term;

    marks := array(select '#' || unnest(c.path)
                   from core.product_category pc
                   join core.category c on c.id = pc.category_id
                   where pc.product_id = p.id
                   union
                   select '=' || unnest(terms));

    return core.text_document(p.name, 'A') || core.code_document(codes)
           || core.text_document(places, 'B') || core.text_document(said, 'C')
           || core.text_document(p.description, 'D')
           || array_to_tsvector(marks);
end
$$;
