"""The consumer is offered the best of what the rules grant, each remedy once."""

from typing import Any

from policies.precedence import ranked
from policies.traces import Step, Trace, Verdict
from policies.words import Remedy, Settles


def verdict(rule: str, amount: int = 100, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "granted": True,
            "remedy": Remedy.REFUND,
            "settles": Settles.AT_ONCE,
            "amount": amount,
            "compensation": 0,
            "currency": "CNY",
            "because": "",
            "values": {},
            "trace": Trace(rule, 1, {}, (), (Step("x", amount, {}),)),
            **changes,
        }
    )


AT_ONCE = verdict("at_once")
KEEP = verdict("keep")
ASK = verdict("ask", settles=Settles.AFTER_MERCHANT)
SEND_BACK = verdict("send_back", 112, compensation=12, remedy=Remedy.RETURN, settles=Settles.AFTER_RETURN)
ON_TOP = verdict("on_top", 160, compensation=60, remedy=Remedy.COMPENSATION)
REPORTED = verdict("reported", 160, compensation=60, remedy=Remedy.COMPENSATION, settles=Settles.AFTER_MERCHANT)
UPGRADE = verdict("upgrade", 0, remedy=Remedy.UPGRADE)
OTHER_STORE = verdict("other_store", 0, remedy=Remedy.ALTERNATIVE)
COUPON = verdict("coupon", 72, compensation=72, remedy=Remedy.COUPON)
AGENT = verdict("agent", 60, remedy=Remedy.COMPENSATION, settles=Settles.BY_AGENT)
NOTHING = verdict("nothing", 0, granted=False)


def offered(*verdicts: Verdict) -> list[str]:
    return [verdict.rule for verdict in ranked(verdicts).offered]


def test_a_refund_at_once_leaves_nothing_to_send_back_and_nobody_to_ask():
    assert offered(ASK, SEND_BACK, AT_ONCE) == ["at_once"]


def test_of_two_equal_ones_the_first_stands():
    assert offered(AT_ONCE, KEEP) == ["at_once"]
    assert offered(KEEP, AT_ONCE) == ["keep"]


def test_sending_back_for_sure_and_asking_to_keep_are_a_choice():
    assert offered(ASK, SEND_BACK) == ["send_back", "ask"]


def test_freight_makes_a_return_worth_no_more():
    assert offered(AT_ONCE, SEND_BACK) == ["at_once"]


def test_the_price_and_more_beats_the_price():
    assert offered(ASK, ON_TOP) == ["on_top"]
    assert offered(ASK, REPORTED) == ["reported"]
    assert offered(AT_ONCE, REPORTED) == ["at_once", "reported"]


def test_what_is_given_in_kind_stays_a_choice():
    assert offered(ON_TOP, OTHER_STORE) == ["on_top", "other_store"]
    assert offered(UPGRADE, ASK) == ["upgrade", "ask"]


def test_a_coupon_stays_a_choice_beside_money_of_any_sum():
    assert offered(ON_TOP, COUPON) == ["on_top", "coupon"]
    assert offered(COUPON, ASK) == ["coupon", "ask"]


def test_what_an_agent_decides_stays_a_choice():
    assert offered(AGENT, ASK) == ["ask", "agent"]
    assert offered(AGENT, AT_ONCE) == ["at_once", "agent"]


def test_what_is_not_offered_says_why():
    ranking = ranked([NOTHING, AT_ONCE, ASK])
    assert [(aside.verdict.rule, aside.because, aside.beaten_by) for aside in ranking.set_aside] == [
        ("nothing", "not_granted", ""),
        ("ask", "beaten", "at_once"),
    ]


def test_nothing_granted_offers_nothing():
    assert offered(NOTHING) == []
