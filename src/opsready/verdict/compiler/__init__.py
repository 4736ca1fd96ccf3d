"""From a completion criterion in English to what would verify it: words, clauses, meanings."""
