"""The fund's budgets in words: `{{ budget.account.owner|budget_name }}`."""

from django import template

from ledger.wording import name_of_budget
from policies.wording import label_of_rule

register = template.Library()

OF_A_SCHEME = "scheme:"


@register.filter
def budget_name(code: str) -> str:
    """A budget's name in the reader's language; that of a guarantee is called after it."""
    if code.startswith(OF_A_SCHEME):
        return label_of_rule(code.removeprefix(OF_A_SCHEME))
    return name_of_budget(code)
