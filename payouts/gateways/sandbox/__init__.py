"""A payment provider for tests and the demo: a process of its own that keeps its own record and fails on request."""
