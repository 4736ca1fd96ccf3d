"""Other people's linters: one adapter a file, none knows another."""
