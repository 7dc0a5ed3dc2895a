"""What holds whatever the figures: more harm never pays less, the parts sum to the whole, nothing is above a cap, and
a coupon is never worth less than the money beside it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.out_of_stock.rules import out_of_stock
from compensation.schemes.out_of_stock.tests.cases import NOW, facts
from policies.in_force import typed_terms
from policies.words import Remedy

percents = st.integers(0, 100)


@st.composite
def terms(draw):
    least, cap = sorted((draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))))
    return typed_terms(
        "out_of_stock",
        1,
        {
            "merchant_must_enrol": True,
            "window_days": 30,
            "percent": draw(percents),
            "least": {"CNY": f"{least // 100}.{least % 100:02d}"},
            "cap": {"CNY": f"{cap // 100}.{cap % 100:02d}"},
            "coupon_percent": draw(st.integers(100, 300)),
            "coupon_days": draw(st.integers(1, 1000)),
        },
    )


lines = st.builds(
    lambda price, own, own_coupon, room: facts(
        price=price, own_percent=own, own_coupon_percent=own_coupon, settlement_room=room
    ),
    price=st.integers(0, 10**9),
    own=st.none() | percents,
    own_coupon=st.none() | st.integers(100, 300),
    room=st.none() | st.integers(0, 10**7),
)


def both(line, said):
    return (out_of_stock(replace(line, remedy=it), said, NOW) for it in (Remedy.COUPON, Remedy.COMPENSATION))


@given(lines, terms(), st.integers(0, 10**6))
def test_missing_goods_of_a_higher_price_never_bring_less(line, said, more):
    dearer = replace(line, price=line.price + more, settlement_room=None)
    for before, after in zip(both(replace(line, settlement_room=None), said), both(dearer, said), strict=True):
        assert after.amount >= before.amount


@given(lines, terms())
def test_the_parts_sum_to_the_whole_and_none_goes_back_along_the_payment(line, said):
    for verdict in both(line, said):
        assert verdict.amount == verdict.compensation
        assert not verdict.granted or verdict.amount == sum(step.amount for step in verdict.trace.steps)


@given(lines, terms())
def test_the_money_never_exceeds_its_cap_nor_the_coupon_its_part_of_it(line, said):
    coupon, money = both(line, said)
    cap = said.cap.of("CNY")
    percent = max(said.coupon_percent, line.own_coupon_percent or 0)
    assert money.amount <= cap
    assert 2 * 100 * coupon.amount <= 2 * percent * cap + 100  # half a cent may round up


@given(lines, terms())
def test_a_coupon_stands_beside_the_money_and_is_never_worth_less(line, said):
    coupon, money = both(line, said)
    if coupon.granted:
        assert money.granted
        assert coupon.values["cash"]["amount"] == money.amount
        assert coupon.values["coupon"]["amount"] == coupon.amount >= money.amount
        assert line.settlement_room is None or coupon.amount <= line.settlement_room
