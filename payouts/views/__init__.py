"""The pages of finance about money on its way, and the address that providers reach."""
