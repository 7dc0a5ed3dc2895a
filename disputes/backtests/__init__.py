"""What past claims would have come to under other terms: worked through in parts, and added up. See docs/backtest.md.

`policies.backtest` judges the stored facts again; here it is known whose claims they were and what was paid for them.
"""
