"""Recorded samples, one file a format that they come in."""
