"""Alerts held against what was: when they would have fired, and whether that was right."""
