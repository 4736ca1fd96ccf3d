"""One probe a file, named by its claim."""
