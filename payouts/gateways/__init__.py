"""The ways money leaves: one folder for each, all with the interface of `interface.py`, found by `registry.py`."""
