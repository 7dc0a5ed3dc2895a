"""What a person is shown they may do is exactly what the server accepts, in every state, for every role."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import User
from common.errors import Refusal
from disputes import actions
from disputes.cases import DeadlinePassed, NotPossibleNow, NotYourCase
from disputes.models import Claim, Offer, Status
from disputes.perspectives import perspective, perspectives
from disputes.rights import Act, Answer
from disputes.tests.conftest import due, expired, fresh

PDF = b"%PDF-1.7\n%%EOF\n"
STATES = [
    "claim",
    "offered",
    "countered",
    "returning",
    "shipped",
    "rejected",
    "disputed",
    "sealed",
    "raised",
    "decided",
    "appealed",
    "settled",
    "closed",
]
PEOPLE = ["consumer", "consumer2", "merchant", "clerk", "outsider", "agent", "senior", "finance", "operator"]


@pytest.fixture
def raised(sealed: Claim) -> Claim:
    return expired(sealed)


@pytest.fixture
def settled(decided: Claim) -> Claim:
    return expired(decided)


@pytest.fixture
def closed(claim: Claim, consumer: User, now) -> Claim:
    return actions.withdraw(claim=claim, by=consumer, at=now)


# How each act is done for real, with all that it asks for.
DONE: dict[Act | Answer, Callable[..., Any]] = {
    Answer.ACCEPT: partial(actions.answer, kind="accept"),
    Answer.OFFER: partial(actions.answer, kind="offer", amount=1_299_00),
    Answer.REJECT: partial(actions.answer, kind="reject", reason="outside_the_terms", statement="No."),
    Act.OFFERS: partial(actions.make_offer, amount=1_299_00),
    Act.ACCEPTANCE: lambda claim, **who: actions.accept_offer(claim=claim, offer=newest_offer(claim), **who),
    Act.ESCALATION: partial(actions.escalate, statement="Decide."),
    Act.WITHDRAWAL: actions.withdraw,
    Act.SHIPMENT: partial(actions.ship_return, carrier="SF", tracking="1"),
    Act.RECEIPT: actions.receive_return,
    Act.EVIDENCE: lambda **who: actions.give_evidence(kind="photo", file=SimpleUploadedFile("a.pdf", PDF), **who),
    Act.DECISION: lambda claim, **who: decision_of(claim)(
        claim=claim, outcome="consumer", reason="terms_say_so", statement="So it is.", **who
    ),
    Act.APPEAL: partial(actions.appeal, statement="Look again."),
    Act.MESSAGES: partial(actions.say, body="Hello."),
}


def newest_offer(claim: Claim) -> int:
    return Offer.objects.filter(claim=claim).order_by("id").values_list("pk", flat=True).last() or 0


def decision_of(claim: Claim) -> Callable[..., Any]:
    return actions.decide_appeal if claim.status == Status.APPEAL_REVIEW else actions.decide


def accepted(act: Act | Answer, claim: Claim, by: User, at) -> bool:
    try:
        with transaction.atomic():
            DONE[act](claim=claim, by=by, at=at)
            transaction.set_rollback(True)
    except (NotPossibleNow, NotYourCase, DeadlinePassed):
        return False
    return True


@pytest.mark.parametrize("late", [False, True], ids=["in time", "too late"])
@pytest.mark.parametrize("state", STATES)
def test_the_actions_shown_are_those_the_server_accepts(state, late, request, settings, tmp_path, special_fund):
    settings.MEDIA_ROOT = tmp_path
    claim = fresh(request.getfixturevalue(state))
    at = due(claim) if late and claim.due_at else claim.turned_at or claim.filed_at
    for name in PEOPLE:
        person = request.getfixturevalue(name)
        seen = perspective(claim, person, at)
        possible = {act for act in Act if act != Act.ANSWER and accepted(act, claim, person, at)}
        answers = tuple(answer for answer in Answer if accepted(answer, claim, person, at))
        assert set(seen.actions) - {Act.ANSWER} == possible, (state, name)
        assert seen.answers == answers, (state, name)
        assert (Act.ANSWER in seen.actions) == bool(answers), (state, name)


def test_a_stranger_sees_no_case(claim: Claim, outsider: User, consumer2: User, finance: User, now):
    for person in (outsider, consumer2, finance):
        assert perspective(claim, person, now).party is None
        assert perspective(claim, person, now).actions == ()


@pytest.mark.parametrize("state", STATES)
def test_everybody_reads_where_it_stands_in_one_sentence(state, request):
    claim = fresh(request.getfixturevalue(state))
    for name in ("consumer", "merchant", "agent", "senior"):
        sentence = perspective(claim, request.getfixturevalue(name), claim.filed_at).sentence
        assert sentence.endswith(".")
        assert "%(" not in sentence


def test_each_side_reads_its_own_sentence(offered: Claim, consumer: User, merchant: User, agent: User, now):
    sentences = {perspective(offered, person, now).sentence for person in (consumer, merchant, agent)}
    assert len(sentences) == 3
    assert any("Corner Shop" in sentence for sentence in sentences)


def test_once_the_deadline_passed_neither_side_can_act_and_both_can_speak(claim: Claim, merchant: User, consumer: User):
    for person in (merchant, consumer):
        assert perspective(claim, person, due(claim)).actions == (Act.MESSAGES,)
    assert Act.ANSWER in perspective(claim, merchant, due(claim) - timedelta(seconds=1)).actions


def test_many_cases_take_one_query(file, mug, jackets, consumer: User, now, django_assert_num_queries):
    claims = [file(jackets, quantity=1), file(jackets, quantity=1, reason="wrong_item"), file(mug)]
    with django_assert_num_queries(1):
        assert set(perspectives(claims, consumer, now)) == {claim.pk for claim in claims}


def test_a_case_that_has_ended_takes_no_query(file, mug, consumer: User, now, django_assert_num_queries):
    claim = file(mug)
    with django_assert_num_queries(0):
        assert perspective(claim, consumer, now).actions == ()


def test_refusals_say_what_to_do(claim: Claim, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        actions.escalate(claim=claim, by=consumer, statement="Now!", at=now)
    assert "Waiting for the merchant" in refused.value.sentence()
