"""Checks about runbooks."""
