"""Renders what was decided; decides nothing."""
