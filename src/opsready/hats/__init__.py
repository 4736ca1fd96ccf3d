"""Two roles in turn: what each reads, what it writes, what it must never do."""
