"""Making the examples that a dataset lacks: generators, filters, balance."""
