"""The pages of the books: the journal, statements, and the books as files."""

from ledger.views.exports import export_books
from ledger.views.journal import account, journal, transfer
from ledger.views.statements import merchant_statement, own_statement, statement

__all__ = ["account", "export_books", "journal", "merchant_statement", "own_statement", "statement", "transfer"]
