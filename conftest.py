"""The cast: one set of people and rows that every room's tests share."""
