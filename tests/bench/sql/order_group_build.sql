select length(bench.group_text(:size, 1, :last)::jsonb::text);
