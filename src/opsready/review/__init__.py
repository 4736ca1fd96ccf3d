"""Checks hold the pack against the mandates and report findings; nothing of the tree is run."""
