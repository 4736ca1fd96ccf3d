"""Checks about alerts."""
