"""The tests. None asks how fast anything is: examples made by Hypothesis have no deadline either,
which a loaded machine would miss."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "without a clock", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("without a clock")
