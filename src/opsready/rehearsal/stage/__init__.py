"""The service and all around it, started on this machine."""
