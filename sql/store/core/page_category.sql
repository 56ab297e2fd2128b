-- What the page of a category says: to search engines, and before the
-- storefront does.


-- Names and paths from the first page down to a category.

create or replace function core.page_category_path(id bigint) returns jsonb
language sql stable as $$
    with recursive up (id, parent_id, name, slug, depth) as (
        select c.id, c.parent_id, c.name, c.slug, 0
          from core.category c where c.id = page_category_path.id
        union all
        select c.id, c.parent_id, c.name, c.slug, up.depth + 1
          from up join core.category c on c.id = up.parent_id
         where up.depth < 32)
    select '[["Início", "/"]]'::jsonb
           || jsonb_agg(jsonb_build_array(up.name, '/categoria/' || up.slug)
                        order by up.depth desc)
      from up
$$;


-- The first page of the list, as the storefront keeps lists that go on.

create or replace function core.page_category_list(products jsonb,
                                                   facets jsonb)
    returns jsonb
language sql immutable parallel safe as $$
    select jsonb_build_object(
               'pageParams', '[null]'::jsonb,
               'pages', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
                   'data', page_category_list.products,
                   'page', jsonb_build_object(
                       'limit', 24, 'has_more',
                       jsonb_array_length(page_category_list.products) = 24),
                   'facets', page_category_list.facets))))
$$;


-- Links to the categories above, without the first page; none at the top.

create or replace function core.page_category_above(id bigint) returns text
language sql stable as $$
    select coalesce('<nav class="mb-2"><ol class="flex flex-wrap items-center '
                    'gap-1 text-sm">'
                    || string_agg('<li><a href="' || (step.pair ->> 1)
                                  || '" class="link py-1">'
                                  || core.html(step.pair ->> 0)
                                  || '</a> ›</li>', '' order by step.n)
                    || '</ol></nav>', '')
      from (select p.pair, p.n, count(*) over () as steps
              from jsonb_array_elements(
                       core.page_category_path(page_category_above.id))
                   with ordinality p(pair, n)) step
     where step.n > 1 and step.n < step.steps
$$;


create or replace function core.page_category_text(c core.category,
                                                   products jsonb,
                                                   language text)
    returns text
language sql stable as $$
    select '<div class="page pt-6">' || core.page_category_above(c.id)
           || '<div class="mb-5 flex flex-wrap items-end justify-between '
           'gap-x-6 gap-y-3"><div><h1 class="min-h-9 text-3xl font-bold">'
           || core.html(c.name) || '</h1><p class="mt-1 min-h-6 text-muted">'
           -- The places of the storefront's buttons, so that nothing moves.
           || '</p></div><div class="flex items-center gap-3"><span class="h-11 '
           'w-30 lg:hidden"></span><span class="h-11 w-44"></span></div></div>'
           '<div class="grid items-start gap-8 lg:grid-cols-[15rem_1fr]">'
           '<aside class="hidden lg:block"><ul>'
           || coalesce((
                  select string_agg('<li><a href="/categoria/' || below.slug
                                    || '" class="flex min-h-9 items-center '
                                    'text-ink no-underline">'
                                    || core.html(below.name) || '</a></li>',
                                    '' order by below.position, below.name)
                    from core.category below
                   where below.parent_id = c.id), '')
           || '</ul></aside><ul class="grid grid-cols-2 gap-3 sm:grid-cols-3 '
           'sm:gap-5 xl:grid-cols-4">'
           || core.page_cards(page_category_text.products, '', 8,
                              page_category_text.language)
           || '</ul></div></div>'
$$;
