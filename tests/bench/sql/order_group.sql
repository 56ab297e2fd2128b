select bench.place(:size, 1, :last);
