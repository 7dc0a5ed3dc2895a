"""The pages of the case: orders with what is owed, filing in four steps, the claim for each party, the work lists."""
