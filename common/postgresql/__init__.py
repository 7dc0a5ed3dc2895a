"""PostgreSQL, over connections that last."""
