"""Checks about slos."""
