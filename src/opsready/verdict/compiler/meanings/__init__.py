"""What can be said about operations and shown to be so, by subject."""
