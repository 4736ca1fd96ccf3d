"""Checks about deploy."""
