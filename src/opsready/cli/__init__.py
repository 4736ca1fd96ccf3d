"""One command a file, thin, calling the same functions as everyone else."""
