-- How words become a query: stemmed in both languages, mended when no product
-- has them, completed when the last one is a beginning.


-- All words of q must be there; null when none is left to look for.

create or replace function core.search_query(q text, completing boolean)
    returns tsquery
language plpgsql stable set search_path = core, pg_temp as $$
declare
    words text[] := array(select w from unnest(string_to_array(
                              btrim(core.plain(search_query.q)), ' ')) w
                          where w <> '' limit 16);
    wanted tsquery;
    part  tsquery;
    i     int;
begin
    for i in 1 .. cardinality(words) loop
        part := core.word_query(words[i],
                                completing and i = cardinality(words));
        wanted := case when part is null then wanted
                      when wanted is null then part
                      else wanted && part end;
    end loop;

    -- Nothing but stop words: then they are meant.
    if wanted is null and cardinality(words) > 0 then
        wanted := core.lexemes_query(words);
    end if;

    return wanted;
end
$$;


-- Any of the lexemes, the likeliest first, or what begins with one.

create or replace function core.lexemes_query(lexemes text[],
                                              suffix text default '')
    returns tsquery
language plpgsql immutable parallel safe as $$
declare
    parts text[] := '{}';
    part  text;
begin
    foreach part in array lexemes loop
        part := quote_literal(part) || suffix;

        if part <> all (parts) then
            parts := parts || part;
        end if;
    end loop;

    return nullif(array_to_string(parts, ' | '), '')::tsquery;
end
$$;


-- The same query with only the likeliest lexeme of each word.  The others
-- find the same products again, which statistics cannot know.

create or replace function core.first_lexemes(query tsquery) returns tsquery
language plpgsql immutable parallel safe as $$
begin
    return regexp_replace(query::text, ' \| ''[^'']*''(:\*)?', '',
                          'g')::tsquery;
end
$$;


-- Null for a stop word.

create or replace function core.word_query(word text, completing boolean)
    returns tsquery
language plpgsql stable set search_path = core, pg_temp as $$
declare
    in_pt text[] := ts_lexize('portuguese_stem', word_query.word);
    in_en text[] := ts_lexize('english_stem', word_query.word);
    meant text;
begin
    if completing then
        return core.lexemes_query(array[word_query.word, in_pt[1]], ':*');
    end if;

    if in_pt = '{}' or in_en = '{}' then
        return null;
    end if;

    if length(word_query.word) < 3 or word_query.word !~ '[[:alpha:]]'
       or exists (select from core.search_word w
                  where w.word = word_query.word)
       or exists (select from core.search_word w where w.pt = in_pt[1])
       or exists (select from core.search_word w where w.en = in_en[1])
    then
        return core.lexemes_query(array[in_pt[1], in_en[1], word_query.word]);
    end if;

    if exists (select from core.search_word w
               where w.word >= word_query.word
                     and w.word < word_query.word || U&'\+10FFFF')
    then
        return core.lexemes_query(array[word_query.word], ':*');
    end if;

    meant := core.word_meant(word_query.word);

    return core.lexemes_query(
               array[core.stem('portuguese_stem', meant),
                     core.stem('english_stem', meant), word_query.word]);
end
$$;


-- The known word that somebody who typed this one most likely meant.

create or replace function core.word_meant(word text) returns text
language sql stable as $$
    select near.word
    from (select w.word, w.in_name,
                 levenshtein(w.word, word_meant.word) as distance,
                 similarity(w.word, word_meant.word) as likeness
          from core.search_word w
          where w.word % word_meant.word) near
    where near.distance <= case when length(word_meant.word) < 4 then 1
                                when length(word_meant.word) < 8 then 2
                                else 3 end
    order by near.distance, near.likeness desc, near.in_name desc, near.word
    limit 1
$$;
