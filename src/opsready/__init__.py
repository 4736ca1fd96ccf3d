"""opsready: from a service's documents and code to a verdict with evidence."""

__version__ = "0.1.0"
