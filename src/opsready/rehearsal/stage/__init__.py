"""The service and its dependencies on this machine: on loopback, in a directory of their own."""
