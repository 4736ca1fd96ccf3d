"""Every check, one line each, in the order of their mandates."""

from opsready.review.check import Check
from opsready.review.checks.deploy import void_allowance

CHECKS: tuple[Check, ...] = (void_allowance.CHECK,)
