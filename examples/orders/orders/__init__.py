"""The orders service: takes orders, reserves their payment, and remembers them."""

__version__ = "1.4.0"
