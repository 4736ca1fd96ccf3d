"""Rules over time: groups, the states of alerts, templates, unit tests. On top of `promql`."""
