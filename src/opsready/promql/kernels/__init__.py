"""The arithmetic, by kind of function: arrays in, arrays out. Nothing here knows a label."""
