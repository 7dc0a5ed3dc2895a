"""Chaos: kill, crash, refuse and repeat at every step, and look whether a cent or a case was lost."""
