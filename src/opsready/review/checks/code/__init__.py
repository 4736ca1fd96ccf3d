"""Checks about code."""
