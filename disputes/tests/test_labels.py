"""The Peace of Mind label: asked for, carried, looked at again, lost for a written reason, appealed once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from compensation import actions
from compensation.actions import Conduct
from compensation.models import Admission, LabelAppeal, Licence
from compensation.schemes.peace_of_mind_travel.tests.cases import tour as facts
from conftest import bought, line
from disputes.conduct import conduct_of
from disputes.label_reviews import review_due_labels
from disputes.models import Claim, CloseReason
from disputes.tests.label_cases import TRAVEL, carried, deposited, fit, licensed
from ledger.chart import balance_of, deposit_of
from notices.models import Notice
from orders.models import OrderKind
from policies.actions import join, on_record, replay
from policies.in_force import in_force, judge, promised
from policies.wording import explained

pytestmark = pytest.mark.django_db
GOOD = Conduct(orders=5, complaints=0, asked=0, unanswered=0, broken=0)


@pytest.fixture
def asks(merchant, shop, published_policies, now):
    """Ask for the travel label with a conduct, and with what stands on record."""
    return lambda conduct=GOOD, at=now, by=merchant: actions.ask_for_label(
        merchant=shop, label=TRAVEL, conduct=conduct, by=by, at=at
    )


def kinds(user):
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


# --- asked for -----------------------------------------------------------------------------------------


def test_who_meets_the_checks_carries_the_label_at_once(asks, shop, merchant, clerk, now):
    fit(shop, now)
    admission = asks()
    assert admission.status == Admission.Status.HELD
    assert TRAVEL in promised(shop.pk, at=now).enrolments
    assert TRAVEL not in promised(shop.pk, at=now - timedelta(seconds=1)).enrolments
    assert actions.labels_at([shop.pk], at=now) == {shop.pk: [TRAVEL]}
    assert kinds(merchant) == kinds(clerk) == ["label_granted"]


def test_who_does_not_is_refused_with_the_figures_and_the_term(asks, shop, merchant, now):
    deposited(shop, 4_999_99, now)
    admission = asks()
    assert (admission.status, admission.verdict.version.policy.code) == ("refused", "peace_of_mind_admission")
    assert '"deposit_is_paid"' in admission.verdict.body
    assert replay(admission.verdict) == admission.verdict.body
    assert TRAVEL not in promised(shop.pk, at=now).enrolments
    assert kinds(merchant) == ["label_refused"]


def test_a_label_is_asked_for_once_and_by_an_owner(asks, shop, clerk, now):
    fit(shop, now)
    with pytest.raises(actions.LabelForOwnersOnly):
        asks(by=clerk)
    asks()
    with pytest.raises(actions.LabelCarried):
        asks(at=now + timedelta(days=1))


def test_nothing_is_answered_before_the_checks_are_published(merchant, shop, now):
    long_ago = now - timedelta(days=2_000)
    with pytest.raises(actions.NoChecksInForce):
        actions.ask_for_label(merchant=shop, label=TRAVEL, conduct=GOOD, by=merchant, at=long_ago)
    assert not Admission.objects.exists()


def test_nobody_joins_the_guarantee_but_by_its_label(shop, merchant, published_policies, now):
    with pytest.raises(actions.NeedsTheLabel):
        join(merchant=shop, policy=TRAVEL, terms={}, starts_at=now, by=merchant, at=now)


# --- carried -------------------------------------------------------------------------------------------


def test_what_was_promised_while_it_was_carried_stays(asks, shop, merchant, now):
    carried(shop, now, days=30)
    later = now + timedelta(days=1)
    actions.give_up_label(merchant=shop, label=TRAVEL, by=merchant, at=later)
    assert TRAVEL in promised(shop.pk, at=now).enrolments
    assert TRAVEL not in promised(shop.pk, at=later).enrolments
    with pytest.raises(actions.LabelNotCarried):
        actions.give_up_label(merchant=shop, label=TRAVEL, by=merchant, at=later)


def test_a_label_that_meets_its_checks_is_looked_at_again_a_day_later(shop, merchant, published_policies, now):
    admission = carried(shop, now - timedelta(days=2), days=300)
    assert review_due_labels(now=now) == 1
    admission.refresh_from_db()
    assert (admission.status, admission.review_at) == ("held", now + timedelta(hours=24))
    assert review_due_labels(now=now) == 0


def test_two_promises_that_the_merchant_did_not_keep_lose_it(shop, merchant, published_policies, broken_promises, now):
    admission = carried(shop, now - timedelta(days=2), days=300)
    broken_promises(1)
    assert review_due_labels(now=now) == 1
    assert Admission.objects.get().status == "held"
    broken_promises(1)
    tomorrow = now + timedelta(days=1)
    review_due_labels(now=tomorrow)
    admission.refresh_from_db()
    assert (admission.status, admission.ended_at) == ("lost", tomorrow)
    assert admission.lost_by
    assert replay(admission.lost_by) == admission.lost_by.body
    assert kinds(merchant)[-1] == "label_lost"
    assert TRAVEL in promised(shop.pk, at=tomorrow - timedelta(seconds=1)).enrolments
    assert TRAVEL not in promised(shop.pk, at=tomorrow).enrolments


def test_a_label_that_cannot_be_looked_at_does_not_stand_in_the_way(shop, merchant, outsider, published_policies, now):
    first = carried(shop, now - timedelta(days=3), days=300)
    second = carried(outsider.membership.merchant, now - timedelta(days=2), days=300)
    Licence.objects.filter(merchant=outsider.membership.merchant).update(valid_until_on=now.date() - timedelta(days=1))
    assert review_due_labels(now=now) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("held", "lost")


def test_the_record_counts_what_was_upheld_and_leaves_out_the_rest(
    shop, consumer, published_policies, goods_order, now
):
    mug, _jackets = goods_order.lines.order_by("position")

    def ended(reason, number, **changes):
        Claim.objects.create(
            number=f"R-{number}", consumer=consumer, merchant=shop, order=goods_order, line=mug, reason="damaged",
            remedy="refund", amount=1_00, currency="CNY", settles="after_merchant", status="closed", filed_at=now,
            closed_at=now, close_reason=reason, **changes,
        )  # fmt: skip

    ended(CloseReason.MERCHANT_SILENT, 1)
    ended(CloseReason.PAID_BY_RULE, 2)
    ended(CloseReason.DECIDED_NO_FAULT, 3)
    ended(CloseReason.WITHDRAWN, 4)
    ended(CloseReason.DECIDED_FOR_MERCHANT, 5)
    ended(CloseReason.PAID_BY_RULE, 6, replayed=True)
    counted = conduct_of(shop, TRAVEL, days=90, now=now)
    assert counted == Conduct(orders=1, complaints=2, asked=0, unanswered=0, broken=0)


# --- taken away, and appealed --------------------------------------------------------------------------


@pytest.fixture
def taken_away(shop, merchant, operator, published_policies, now):
    admission = carried(shop, now - timedelta(days=2), days=300)
    return actions.take_label_away(admission=admission, because="Guests were left at the station.", by=operator, at=now)


def test_whoever_took_it_away_cannot_decide_the_appeal(taken_away, merchant, operator, operator2, shop, now):
    later = now + timedelta(days=1)
    appeal = actions.appeal_label(admission=taken_away, statement="There was a flood.", by=merchant, at=later)
    assert kinds(operator) == kinds(operator2) == ["label_appealed"]
    with pytest.raises(actions.DecidedByTheSameOperator):
        actions.decide_label_appeal(appeal=appeal, restore=True, because="A flood it was.", by=operator, at=later)
    with pytest.raises(IntegrityError, match="never decides"), transaction.atomic():
        LabelAppeal.objects.filter(pk=appeal.pk).update(
            outcome="upheld", because="x", decided_by=operator, decided_at=later
        )
    actions.decide_label_appeal(appeal=appeal, restore=True, because="A flood it was.", by=operator2, at=later)
    assert Admission.objects.held().get().restored_by == appeal
    assert TRAVEL not in promised(shop.pk, at=later - timedelta(seconds=1)).enrolments
    assert TRAVEL in promised(shop.pk, at=later).enrolments
    assert kinds(merchant)[-1] == "label_appeal_decided"


def test_an_appeal_that_is_not_granted_is_final(taken_away, merchant, operator2, now):
    appeal = actions.appeal_label(admission=taken_away, statement="There was a flood.", by=merchant, at=now)
    actions.decide_label_appeal(appeal=appeal, restore=False, because="It was dry.", by=operator2, at=now)
    with pytest.raises(actions.LabelAppealed):
        actions.appeal_label(admission=taken_away, statement="Again.", by=merchant, at=now)
    with pytest.raises(actions.LabelAppealed):
        actions.decide_label_appeal(appeal=appeal, restore=True, because="After all.", by=operator2, at=now)
    assert not Admission.objects.held().exists()


def test_an_appeal_has_its_time(taken_away, merchant, clerk, now):
    last = now + timedelta(days=30)
    with pytest.raises(actions.LabelAppealTooLate):
        actions.appeal_label(admission=taken_away, statement="There was a flood.", by=merchant, at=last)
    with pytest.raises(actions.LabelForOwnersOnly):
        actions.appeal_label(admission=taken_away, statement="There was a flood.", by=clerk, at=now)
    just_in_time = last - timedelta(seconds=1)
    assert actions.appeal_label(admission=taken_away, statement="A flood.", by=merchant, at=just_in_time)


def test_while_an_appeal_is_open_the_label_is_not_asked_for_again(taken_away, asks, merchant, now):
    actions.appeal_label(admission=taken_away, statement="There was a flood.", by=merchant, at=now)
    with pytest.raises(actions.AppealPending):
        asks()


def test_after_a_loss_it_is_asked_for_again_only_later(taken_away, asks, shop, now):
    with pytest.raises(actions.AskedTooSoon, match="can be asked for again from"):
        asks(at=now + timedelta(days=30) - timedelta(seconds=1))
    assert list(Admission.objects.filter(merchant=shop)) == [taken_away]
    assert asks(at=now + timedelta(days=30)).status == "held"


def test_asking_again_at_once_leaves_the_loss_as_what_is_appealed(browse, merchant, taken_away):
    client, page = browse(merchant), reverse("label", args=[TRAVEL])
    assert reverse("label-request", args=[TRAVEL]) not in client.get(page).content.decode()
    asked = client.post(reverse("label-request", args=[TRAVEL]), follow=True).content.decode()
    assert "It can be asked for again from" in asked
    assert "Guests were left at the station." in asked
    client.post(reverse("label-appeal", args=[TRAVEL]), {"statement": "There was a flood."})
    assert LabelAppeal.objects.get().admission == taken_away
    assert "There was a flood." in client.get(page).content.decode()


def test_whoever_took_it_away_never_decides_about_a_later_refusal_either(taken_away, asks, merchant, operator, now):
    later = now + timedelta(days=30)
    unfit = Conduct(orders=0, complaints=0, asked=0, unanswered=0, broken=0)
    refused = asks(conduct=unfit, at=later)
    appeal = actions.appeal_label(admission=refused, statement="There was a flood.", by=merchant, at=later)
    with pytest.raises(actions.DecidedByTheSameOperator):
        actions.decide_label_appeal(appeal=appeal, restore=True, because="A flood it was.", by=operator, at=later)
    with pytest.raises(IntegrityError, match="never decides"), transaction.atomic():
        LabelAppeal.objects.filter(pk=appeal.pk).update(
            against=None, outcome="restored", because="x", decided_by=operator, decided_at=later
        )


def test_what_is_carried_cannot_be_appealed_and_a_loss_has_a_reason(shop, merchant, operator, published_policies, now):
    admission = carried(shop, now, days=300)
    with pytest.raises(actions.NothingToAppeal):
        actions.appeal_label(admission=admission, statement="Why?", by=merchant, at=now)
    with pytest.raises(IntegrityError, match="written_reason"), transaction.atomic():
        Admission.objects.update(status="lost", ended_at=now, review_at=None)


@pytest.fixture
def broken_promises(shop, consumer, published_policies, now):
    """Claims under the travel label that the merchant let its silence decide."""
    tour = bought(consumer, shop, OrderKind.BOOKING, "B-1", placed_at=now - timedelta(days=1))
    trip = line(tour, 1, "tour", "Tour", "旅行", paid=5_000_00, category="travel")
    made: list[Claim] = []

    def breaking(number):
        version = in_force([TRAVEL], at=now)[TRAVEL]
        for _each in range(number):
            key = f"claim:{len(made)}"
            seen = facts(charged=100_00)
            record = on_record(
                key=key, version=version, facts=seen, judged_at=now, verdict=judge(version, seen, seen.starts_at)
            )
            record.save()
            made.append(
                Claim.objects.create(
                    number=f"R-{len(made)}", consumer=consumer, merchant=shop, order=tour, line=trip,
                    reason="hidden_charge", remedy="compensation", amount=0, currency="CNY", settles="after_merchant",
                    status="settled", filed_at=now, closed_at=now, close_reason=CloseReason.MERCHANT_SILENT,
                    verdict=record,
                )
            )  # fmt: skip

    return breaking


# --- on the screen -------------------------------------------------------------------------------------


@pytest.fixture
def browse():
    def browse(user):
        client = Client()
        client.force_login(user)
        return client

    return browse


def test_a_merchant_sees_its_figures_asks_and_gives_up(browse, merchant, shop, published_policies, now):
    fit(shop, now)
    client, page = browse(merchant), reverse("label", args=[TRAVEL])
    assert "at least 5 are asked for" in client.get(page).content.decode()
    for _order in range(5):
        bought(merchant, shop, OrderKind.GOODS, f"G-{_order}", placed_at=now - timedelta(days=1))
    client.post(reverse("label-request", args=[TRAVEL]))
    assert Admission.objects.held().count() == 1
    assert "Give the label up" in client.get(page).content.decode()
    client.post(reverse("label-departure", args=[TRAVEL]))
    assert Admission.objects.get().status == "left"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_merchant_reads_why_and_appeals_on_the_same_page(browse, merchant, taken_away, language):
    merchant.language = language
    merchant.save()
    client, page = browse(merchant), reverse("label", args=[TRAVEL])
    assert "Guests were left at the station." in client.get(page).content.decode()
    refused = client.post(reverse("label-appeal", args=[TRAVEL]), {"statement": "  "})
    assert refused.status_code == 422
    client.post(reverse("label-appeal", args=[TRAVEL]), {"statement": "There was a flood."})
    assert LabelAppeal.objects.get().statement == "There was a flood."


def test_an_operator_decides_what_another_one_took_away(browse, merchant, operator, operator2, taken_away, now):
    actions.appeal_label(admission=taken_away, statement="There was a flood.", by=merchant, at=now)
    page, verdict = reverse("admission", args=[taken_away.pk]), {"outcome": "restored", "because": "A flood it was."}
    same = browse(operator)
    assert "somebody else has to decide" in same.get(page).content.decode()
    assert same.post(reverse("admission-decision", args=[taken_away.pk]), verdict).status_code == 422
    other = browse(operator2)
    assert "There was a flood." in other.get(page).content.decode()
    other.post(reverse("admission-decision", args=[taken_away.pk]), verdict)
    assert LabelAppeal.objects.get().outcome == "restored"
    assert "There was a flood." in other.get(page).content.decode()


def test_an_operator_takes_a_label_away_with_a_reason(browse, operator, merchant, shop, published_policies, now):
    admission = carried(shop, now - timedelta(days=2), days=300)
    client, address = browse(operator), reverse("admission-removal", args=[admission.pk])
    assert client.post(address, {"because": ""}).status_code == 422
    client.post(address, {"because": "Guests were left at the station."})
    assert Admission.objects.get().removed_because == "Guests were left at the station."
    assert "Corner Shop" in client.get(reverse("admissions")).content.decode()


def test_an_operator_puts_a_licence_on_record(browse, operator, shop, db):
    client, address = browse(operator), reverse("licences")
    given = {"merchant": shop.code, "label": TRAVEL, "number": "L-ZJ-00123", "valid_until_on": "2027-12-31"}
    assert client.post(address, given | {"merchant": "nobody"}).status_code == 422
    assert client.post(address, given | {"valid_until_on": "soon"}).status_code == 422
    client.post(address, given)
    assert Licence.objects.get().recorded_by == operator
    assert "L-ZJ-00123" in client.get(address).content.decode()


def test_a_written_reason_is_told_in_both_languages(shop, published_policies, asks, now):
    verdict = asks().verdict.body
    with translation.override("en"):
        assert explained(verdict).sentence.startswith(
            "The deposit holds only CN¥0.00; at least CN¥5,000.00 is asked for. Transfer it to the platform"
        )


def test_deposits_are_read_from_the_books(shop, now, db):
    deposited(shop, 12_34, now)
    assert balance_of(deposit_of(shop.pk, "CNY")).posted == 12_34


def test_licences_of_another_label_do_not_count(shop, asks, now):
    licensed(shop, now, label="peace_of_mind_dining")
    deposited(shop, 5_000_00, now)
    assert '"licence_is_on_record"' in asks().verdict.body
    assert Admission.objects.get().status == "refused"
