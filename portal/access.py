"""Who may go where: for every address and method, what each person of the cast meets there.

The objects behind the addresses belong to `consumer`, who bought them, and to the business of `merchant` and `clerk`;
`consumer2` and `outsider` have the same roles and no part in them. `manage.py access_table` writes this down as
docs/access.md; a test walks the URLconf, so that no address can be left out, and tries every door with every person.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

PEOPLE = (
    "anonymous",
    "consumer",
    "consumer2",
    "merchant",
    "clerk",
    "outsider",
    "agent",
    "senior",
    "finance",
    "operator",
)
SIGNED_IN = PEOPLE[1:]


class Meets(StrEnum):
    """What somebody meets: the door opens (what is then done may still be refused), or how it stays shut."""

    OPEN = "yes"
    SIGN_IN = "sign in"
    UNAUTHENTICATED = "401"
    FORBIDDEN = "403"
    NOTHING = "404"


Who = Mapping[str, Meets]


class Door(NamedTuple):
    """One method of one address, as the URLconf writes it."""

    address: str
    method: str
    who: Who


def page(*people: str) -> Who:
    """A page of these people. Strangers are sent to sign in; for everybody else it does not exist."""
    return _who(people, stranger=Meets.SIGN_IN, others=Meets.NOTHING)


def api(*people: str) -> Who:
    """An operation of these people's roles, on things of their own."""
    return _who(people, stranger=Meets.UNAUTHENTICATED, others=Meets.FORBIDDEN)


def thing(*people: str) -> Who:
    """A thing in the API that these people have a part in. For everybody else it does not exist."""
    return _who(people, stranger=Meets.UNAUTHENTICATED, others=Meets.NOTHING)


def verb(*people: str) -> Who:
    """A verb of a case in the API. Those who see the case and are on another side are told so."""
    shut = {person: Meets.FORBIDDEN for person in PEOPLE_OF_THE_CASE if person not in people}
    return {**thing(*people), **shut}


def _who(people: tuple[str, ...], *, stranger: Meets, others: Meets) -> Who:
    open_to = {person: Meets.OPEN if person in people else others for person in SIGNED_IN}
    return {"anonymous": stranger, **open_to}


CONSUMERS = ("consumer", "consumer2")
MERCHANTS = ("merchant", "clerk", "outsider")
AGENTS = ("agent", "senior")
MEMBERS = ("merchant", "clerk")
PARTIES = ("consumer", *MEMBERS)
PEOPLE_OF_THE_CASE = (*PARTIES, *AGENTS)
EVERYBODY: Who = dict.fromkeys(PEOPLE, Meets.OPEN)
NOBODY_BY_HAND: Who = dict.fromkeys(PEOPLE, Meets.UNAUTHENTICATED)

DOORS = (
    # What everybody may see.
    Door("", "GET", EVERYBODY),
    Door("sign-in/", "GET", EVERYBODY),
    Door("sign-in/", "POST", EVERYBODY),
    Door("sign-out/", "POST", EVERYBODY),
    Door("language/", "POST", EVERYBODY),
    Door("healthz", "GET", EVERYBODY),
    Door("readyz", "GET", EVERYBODY),
    Door("metrics", "GET", EVERYBODY),
    Door("api/schema/", "GET", EVERYBODY),
    # What belongs to each person.
    Door("account/", "GET", page(*SIGNED_IN)),
    Door("account/", "POST", page(*SIGNED_IN)),
    Door("account/password/", "GET", page(*SIGNED_IN)),
    Door("account/password/", "POST", page(*SIGNED_IN)),
    Door("notices/", "GET", page(*SIGNED_IN)),
    Door("notices/reading/", "POST", page(*SIGNED_IN)),
    Door("notices/<int:pk>/", "GET", page("consumer")),
    # The consumer's pages.
    Door("orders/", "GET", page(*CONSUMERS)),
    Door("orders/<str:number>/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/reason/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/reason/", "POST", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/remedy/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/remedy/", "POST", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/details/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/details/", "POST", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/check/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/check/", "POST", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/particulars/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/claim/particulars/", "POST", page("consumer")),
    # Another hotel instead of a room that is missing.
    Door("rehousings/<int:pk>/", "GET", page(*PEOPLE_OF_THE_CASE)),
    Door("rehousings/<int:pk>/answer/", "POST", page("consumer")),
    Door("stays/", "GET", page(*MERCHANTS)),
    Door("stays/<int:line>/", "GET", page(*MEMBERS)),
    Door("stays/<int:line>/", "POST", page(*MEMBERS)),
    Door("coupons/", "GET", page(*CONSUMERS)),
    Door("coupons/<str:code>/", "GET", page("consumer")),
    # The pages of a case.
    Door("claims/", "GET", page(*CONSUMERS, *MERCHANTS, *AGENTS)),
    Door("claims/<str:number>/", "GET", page(*PEOPLE_OF_THE_CASE)),
    Door("claims/<str:number>/answer/", "POST", page(*MEMBERS)),
    Door("claims/<str:number>/offers/", "POST", page("consumer")),
    Door("claims/<str:number>/offers/<int:offer>/acceptance/", "POST", page(*PARTIES)),
    Door("claims/<str:number>/escalation/", "POST", page("consumer")),
    Door("claims/<str:number>/withdrawal/", "POST", page("consumer")),
    Door("claims/<str:number>/messages/", "POST", page(*PEOPLE_OF_THE_CASE)),
    Door("claims/<str:number>/evidence/", "POST", page(*PARTIES)),
    Door("claims/<str:number>/evidence/<int:pk>/", "GET", page(*PEOPLE_OF_THE_CASE)),
    Door("claims/<str:number>/decision/", "POST", page(*AGENTS)),
    Door("claims/<str:number>/appeal/", "POST", page(*PARTIES)),
    Door("claims/<str:number>/shipment/", "POST", page("consumer")),
    Door("claims/<str:number>/receipt/", "POST", page(*MEMBERS)),
    Door("claims/<str:number>/empathy/", "GET", page(*AGENTS)),
    Door("claims/<str:number>/empathy/", "POST", page(*AGENTS)),
    Door("claims/<str:number>/empathy/<int:grant>/answer/", "POST", page(*AGENTS)),
    # The merchant's desk and the agent's bench.
    Door("desk/", "GET", page(*MERCHANTS)),
    Door("desk/coupons/", "GET", page(*MERCHANTS)),
    Door("desk/coupons/", "POST", page(*MERCHANTS)),
    Door("desk/refunds/", "GET", page(*MERCHANTS)),
    Door("desk/refunds/<str:number>/", "GET", page(*MEMBERS)),
    Door("desk/refunds/<str:number>/<int:line>/", "GET", page(*MEMBERS)),
    Door("desk/refunds/<str:number>/<int:line>/", "POST", page(*MEMBERS)),
    Door("desk/refunds/<str:number>/<int:line>/stock-out/", "GET", page(*MEMBERS)),
    Door("desk/refunds/<str:number>/<int:line>/stock-out/", "POST", page(*MEMBERS)),
    Door("queue/", "GET", page(*AGENTS)),
    # The Peace of Mind label.
    Door("desk/guarantees/", "GET", page(*MERCHANTS)),
    Door("desk/guarantees/<slug:code>/", "GET", page(*MERCHANTS)),
    Door("desk/guarantees/<slug:code>/", "POST", page(*MERCHANTS)),
    Door("desk/guarantees/<slug:code>/leaving/", "GET", page(*MERCHANTS)),
    Door("desk/guarantees/<slug:code>/leaving/", "POST", page(*MERCHANTS)),
    Door("desk/peace-of-mind/", "GET", page(*MERCHANTS)),
    Door("desk/peace-of-mind/<slug:label>/", "GET", page(*MERCHANTS)),
    Door("desk/peace-of-mind/<slug:label>/request/", "POST", page(*MERCHANTS)),
    Door("desk/peace-of-mind/<slug:label>/departure/", "POST", page(*MERCHANTS)),
    Door("desk/peace-of-mind/<slug:label>/appeal/", "POST", page(*MEMBERS)),
    Door("labels/", "GET", page("operator")),
    Door("labels/licences/", "GET", page("operator")),
    Door("labels/licences/", "POST", page("operator")),
    Door("labels/<int:pk>/", "GET", page("operator")),
    Door("labels/<int:pk>/removal/", "POST", page("operator")),
    Door("labels/<int:pk>/decision/", "POST", page("operator")),
    # Events of the marketplace.
    Door("orders/<str:number>/lines/<int:line>/events/<int:affected>/contest/", "GET", page("consumer")),
    Door("orders/<str:number>/lines/<int:line>/events/<int:affected>/contest/", "POST", page("consumer")),
    Door("events/", "GET", page(*AGENTS)),
    Door("events/", "POST", page(*AGENTS)),
    Door("events/<int:pk>/", "GET", page(*AGENTS)),
    Door("events/<int:pk>/change/", "POST", page(*AGENTS)),
    Door("events/<int:pk>/cancellation/", "POST", page(*AGENTS)),
    Door("events/<int:pk>/lines/<int:affected>/retry/", "POST", page(*AGENTS)),
    Door("events/<int:pk>/lines/<int:affected>/dismissal/", "POST", page(*AGENTS)),
    # The books and the rules.
    Door("fund/", "GET", page("finance")),
    Door("fund/debts/", "GET", page("finance")),
    Door("fund/line/", "GET", page("finance")),
    Door("fund/advances/", "GET", page("finance")),
    Door("fund/chargebacks/", "GET", page("finance")),
    Door("fund/money-in/", "GET", page("finance")),
    Door("fund/money-in/", "POST", page("finance")),
    Door("fund/money-in/<int:pk>/answer/", "POST", page("finance")),
    Door("recoveries/", "GET", page("finance", *MERCHANTS)),
    Door("recoveries/<int:pk>/", "GET", page("finance", *MEMBERS)),
    Door("recoveries/<int:pk>/payment/", "POST", page("finance")),
    Door("recoveries/<int:pk>/relief/", "POST", page("finance")),
    Door("recoveries/<int:pk>/answer/", "POST", page("finance")),
    Door("recoveries/<int:pk>/verdict/", "POST", page("finance")),
    Door("recoveries/<int:pk>/dispute/", "POST", page(*MEMBERS)),
    Door("force-majeure/", "GET", page(*AGENTS, "finance")),
    Door("force-majeure/", "POST", page(*AGENTS, "finance")),
    Door("force-majeure/<int:pk>/end/", "POST", page(*AGENTS)),
    Door("fund/coupons/", "GET", page("finance")),
    Door("fund/coupons/<int:coupon>/", "GET", page("finance")),
    Door("fund/coupons/<int:coupon>/revocation/", "POST", page("finance")),
    Door("journal/", "GET", page("finance")),
    Door("journal/accounts/<int:pk>/", "GET", page("finance")),
    Door("journal/accounts/<int:pk>/statement/", "GET", page("finance")),
    Door("journal/merchants/<int:merchant>/statement/", "GET", page("finance")),
    Door("journal/transfers/<int:transfer>/", "GET", page("finance")),
    Door("journal/export/", "GET", page("finance")),
    Door("desk/statement/", "GET", page(*MERCHANTS)),
    Door("payouts/", "GET", page("finance")),
    Door("payouts/stuck/", "GET", page("finance")),
    Door("payouts/budgets/", "GET", page("finance")),
    Door("payouts/budgets/<int:account>/", "GET", page("finance")),
    Door("payouts/budgets/<int:account>/", "POST", page("finance")),
    Door("payouts/stops/", "GET", page("finance")),
    Door("payouts/stops/", "POST", page("finance")),
    Door("payouts/stops/<int:stop>/end/", "GET", page("finance")),
    Door("payouts/stops/<int:stop>/end/", "POST", page("finance")),
    Door("payouts/<int:pk>/", "GET", page("finance")),
    Door("payouts/<int:pk>/approval/", "GET", page("finance")),
    Door("payouts/<int:pk>/approval/", "POST", page("finance")),
    Door("payouts/<int:pk>/retry/", "GET", page("finance")),
    Door("payouts/<int:pk>/retry/", "POST", page("finance")),
    Door("payouts/<int:pk>/inquiry/", "GET", page("finance")),
    Door("payouts/<int:pk>/inquiry/", "POST", page("finance")),
    Door("payouts/<int:pk>/calling-off/", "GET", page("finance")),
    Door("payouts/<int:pk>/calling-off/", "POST", page("finance")),
    Door("reconciliation/", "GET", page("finance")),
    Door("reconciliation/", "POST", page("finance")),
    Door("reconciliation/reports/<int:pk>/", "GET", page("finance")),
    Door("reconciliation/unreported/<slug:gateway>/<slug:currency>/", "GET", page("finance")),
    Door("reconciliation/not-heard-of/<slug:gateway>/<slug:currency>/", "GET", page("finance")),
    Door("reconciliation/breaks/", "GET", page("finance")),
    Door("reconciliation/breaks/<int:pk>/", "GET", page("finance")),
    Door("reconciliation/breaks/<int:pk>/", "POST", page("finance")),
    Door("reconciliation/breaks/<int:pk>/owner/", "POST", page("finance")),
    Door("reconciliation/breaks/<int:pk>/agreement/", "POST", page("finance")),
    Door("reconciliation/breaks/<int:pk>/refusal/", "POST", page("finance")),
    Door("policies/", "GET", page("operator")),
    Door("policies/<slug:code>/", "GET", page("operator")),
    Door("policies/<slug:code>/draft/", "GET", page("operator")),
    Door("policies/<slug:code>/draft/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/", "GET", EVERYBODY),
    Door("policies/<slug:code>/<int:number>/terms/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/terms/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/file/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/file/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/export/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/check/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/check/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/return/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/return/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/withdrawal/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/withdrawal/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/publication/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/publication/", "POST", page("operator")),
    Door("policies/<slug:code>/<int:number>/analysis/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/backtests/", "GET", page("operator")),
    Door("policies/<slug:code>/<int:number>/backtests/", "POST", page("operator")),
    Door("backtests/<int:pk>/", "GET", page("operator")),
    Door("backtests/<int:pk>/claims/", "GET", page("operator")),
    Door("backtests/<int:pk>/claims.csv", "GET", page("operator")),
    Door("verdicts/<int:pk>/", "GET", page(*AGENTS, "operator")),
    # Providers sign what they send; no person can.
    Door("webhooks/<slug:gateway>", "POST", NOBODY_BY_HAND),
    # The API.
    Door("api/v1/auth/tokens", "POST", EVERYBODY),
    Door("api/v1/auth/tokens", "DELETE", api(*SIGNED_IN)),
    Door("api/v1/orders", "GET", api(*SIGNED_IN)),
    Door("api/v1/orders/<str:number>", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/orders/<str:number>/entitlements", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/claims", "GET", api(*SIGNED_IN)),
    Door("api/v1/claims", "POST", api(*CONSUMERS)),
    Door("api/v1/claims/<str:number>", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/claims/<str:number>/messages", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/claims/<str:number>/messages", "POST", verb(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/claims/<str:number>/evidence", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/claims/<str:number>/evidence", "POST", verb(*PARTIES)),
    Door("api/v1/claims/<str:number>/answer", "POST", verb(*MEMBERS)),
    Door("api/v1/claims/<str:number>/offers", "POST", verb(*PARTIES)),
    Door("api/v1/claims/<str:number>/offers/<int:offer>/acceptance", "POST", verb(*PARTIES)),
    Door("api/v1/claims/<str:number>/escalation", "POST", verb("consumer")),
    Door("api/v1/claims/<str:number>/withdrawal", "POST", verb("consumer")),
    Door("api/v1/claims/<str:number>/shipment", "POST", verb("consumer")),
    Door("api/v1/claims/<str:number>/receipt", "POST", verb(*MEMBERS)),
    Door("api/v1/claims/<str:number>/decision", "POST", verb(*AGENTS)),
    Door("api/v1/claims/<str:number>/appeal", "POST", verb(*PARTIES)),
    Door("api/v1/coupons", "GET", api(*SIGNED_IN)),
    Door("api/v1/coupons/<str:code>", "GET", thing("consumer", "finance")),
    Door("api/v1/coupons/<str:code>/redemption", "POST", api(*CONSUMERS, *MERCHANTS)),
    Door("api/v1/rehousings", "GET", api(*CONSUMERS, *MERCHANTS, *AGENTS)),
    Door("api/v1/rehousings/<int:pk>", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door("api/v1/rehousings/<int:pk>/acceptance", "POST", {**api("consumer"), "consumer2": Meets.NOTHING}),
    Door("api/v1/rehousings/<int:pk>/refusal", "POST", {**api("consumer"), "consumer2": Meets.NOTHING}),
    Door("api/v1/stays/<int:line>/report", "POST", {**api(*MEMBERS), "outsider": Meets.NOTHING}),
    Door("api/v1/merchants/<slug:code>/labels", "GET", api(*SIGNED_IN)),
    Door("api/v1/claims/<str:number>/empathy", "POST", api(*AGENTS)),
    Door("api/v1/claims/<str:number>/empathy/<int:grant>/answer", "POST", api(*AGENTS)),
    Door("api/v1/grants", "GET", api(*AGENTS)),
    Door("api/v1/fund/advances", "GET", api("finance")),
    Door("api/v1/fund/money-in", "GET", api("finance")),
    Door("api/v1/fund/money-in", "POST", api("finance")),
    Door("api/v1/fund/money-in/<int:pk>/answer", "POST", api("finance")),
    Door("api/v1/fund/line", "GET", api("finance")),
    Door("api/v1/force-majeure", "GET", api(*AGENTS, "finance")),
    Door("api/v1/force-majeure", "POST", api("senior")),
    Door("api/v1/force-majeure/<int:pk>/end", "POST", api("senior")),
    Door("api/v1/recoveries", "GET", api("finance", *MERCHANTS)),
    Door("api/v1/recoveries/<int:pk>", "GET", thing("finance", *MEMBERS)),
    Door("api/v1/recoveries/<int:pk>/payment", "POST", api("finance")),
    Door("api/v1/recoveries/<int:pk>/relief", "POST", api("finance")),
    Door("api/v1/recoveries/<int:pk>/relief/answer", "POST", api("finance")),
    Door("api/v1/recoveries/<int:pk>/verdict", "POST", api("finance")),
    Door("api/v1/recoveries/<int:pk>/dispute", "POST", {**api(*MEMBERS), "outsider": Meets.NOTHING}),
    Door("api/v1/merchant/refunds", "GET", api(*MERCHANTS)),
    Door("api/v1/merchant/refunds", "POST", api(*MERCHANTS)),
    Door("api/v1/merchant/stock-outs", "POST", api(*MERCHANTS)),
    Door("api/v1/merchant/enrolments", "GET", api(*MERCHANTS)),
    Door("api/v1/merchant/enrolments", "POST", api(*MERCHANTS)),
    Door("api/v1/merchant/enrolments/<slug:policy>/end", "POST", api("merchant", "outsider")),
    Door("api/v1/orders/<str:number>/events", "GET", thing(*PEOPLE_OF_THE_CASE)),
    Door(
        "api/v1/orders/<str:number>/events/<int:affected>/contest",
        "POST",
        {**api("consumer"), "consumer2": Meets.NOTHING},
    ),
    Door("api/v1/events", "GET", api(*AGENTS)),
    Door("api/v1/events", "POST", api(*AGENTS)),
    Door("api/v1/events/<int:pk>", "GET", api(*AGENTS)),
    Door("api/v1/chargebacks", "GET", api("finance")),
    Door("api/v1/chargebacks", "POST", api("finance")),
    Door("api/v1/payouts/<int:pk>", "GET", thing("consumer", *AGENTS, "finance")),
    Door("api/v1/payouts/<int:pk>/approval", "POST", api("finance")),
    Door("api/v1/approvals", "GET", api("finance")),
    Door("api/v1/ledger/accounts", "GET", api("finance")),
    Door("api/v1/ledger/transfers", "GET", api("finance")),
    # Django's admin shows rows and changes none. Anything else under the API is nothing.
    Door("admin/", "GET", _who(("operator",), stranger=Meets.SIGN_IN, others=Meets.SIGN_IN)),
    Door("api/v1/", "GET", thing()),
)


def as_markdown() -> str:
    """The table as a page for people."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Who may go where"
    yield ""
    yield "Written by `manage.py access_table` from `portal/access.py`; `portal/tests/test_access.py` tries every door."
    yield ""
    yield "The things behind the addresses belong to **consumer** and to the business of **merchant** (its owner) and"
    yield "**clerk**. **consumer2** and **outsider** have the same roles and no part in them. *yes*: the door opens;"
    yield "what is then done may still be refused. *sign in*: sent to the sign-in page. Numbers: the answer's status."
    yield ""
    yield f"| address | method | {' | '.join(PEOPLE)} |"
    yield f"|---|---|{'---|' * len(PEOPLE)}"
    for door in DOORS:
        met = " | ".join(door.who[person] for person in PEOPLE)
        yield f"| `/{door.address}` | {door.method} | {met} |"
