"""The guarantees, each in a folder of its own. docs/compensation.md says how to add one."""
