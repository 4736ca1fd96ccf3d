"""The orders service: takes orders, reserves their payment, and remembers them."""
