"""Incidents that never were: made traffic with a share of errors, for rules without a history."""
