"""One noun a format, parsed once, keeping positions: what readers, producers and checks share."""
