"""Every check, one line each, in the order of their mandates."""

from opsready.review.check import Check

CHECKS: tuple[Check, ...] = ()
