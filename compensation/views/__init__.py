"""The pages of this room: what merchants owe the special fund, and what was declared force majeure."""
