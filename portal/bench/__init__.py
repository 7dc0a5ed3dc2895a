"""Measures what the portal reaches, beside what the machine can do, in one run on one server."""
