"""Read a tree: what texts it holds, what kind each is, and what could not be read."""
