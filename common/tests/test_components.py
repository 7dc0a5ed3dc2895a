"""Every component says what it must to eyes and to screen readers, and escapes what people wrote."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
MISCHIEF = "<script>alert(1)</script>"


def draw(source, **values):
    return Template("{% load components %}" + source).render(Context({"now": NOW, **values}))


def test_money_gives_its_value_to_machines_and_no_space_around_it():
    assert draw('({% money 1250 "GBP" %})') == '(<data class="money" value="12.50 GBP">£12.50</data>)'


def test_money_that_is_not_known_is_not_zero():
    assert draw('{% money amount "GBP" %}', amount=None) == ""


@pytest.mark.parametrize(
    ("left", "signal"),
    [
        (timedelta(hours=24), "plain"),
        (timedelta(hours=24) - timedelta(seconds=1), "waiting"),
        (timedelta(seconds=1), "waiting"),
        (timedelta(), "trouble"),
        (-timedelta(seconds=1), "trouble"),
    ],
)
def test_a_deadline_turns_amber_below_a_day_and_red_when_it_is_past(left, signal):
    drawn = draw("{% deadline due_at %}", due_at=NOW + left)
    assert f'class="deadline signal {signal}"' in drawn
    assert ("was due" in drawn) == (signal == "trouble")


@pytest.mark.parametrize(
    ("turn", "reader", "words"),
    [
        ("consumer", "consumer", "Your turn"),
        ("both", "merchant", "Your turn"),
        ("merchant", "consumer", "The merchant’s turn"),
        ("both", "", "Both sides’ turn"),
        ("both", "agent", "Both sides’ turn"),
        ("senior", "", "The platform’s turn"),
        ("you", "", "Your turn"),
    ],
)
def test_a_deadline_says_whose_turn_it_is(turn, reader, words):
    drawn = draw("{% deadline due_at turn=turn reader=reader %}", due_at=NOW, turn=turn, reader=reader)
    assert f">{words}<" in drawn


def test_a_deadline_is_exact_for_machines_and_absent_when_there_is_none():
    with timezone.override("Asia/Shanghai"):
        drawn = draw("{% deadline due_at %}", due_at=NOW + timedelta(days=2))
    assert 'datetime="2026-11-24T14:05+08:00"' in drawn
    assert "Tue 24 Nov 2026, 14:05" in drawn
    assert "in 2 days" in drawn
    assert draw("{% deadline due_at %}", due_at=None) == ""


def test_a_deadline_without_a_now_is_an_error_and_not_a_guess():
    with pytest.raises(KeyError):
        Template("{% load components %}{% deadline due_at %}").render(Context({"due_at": NOW}))


@pytest.mark.parametrize("signal", ["settled", "waiting", "trouble", "plain"])
def test_a_status_has_its_word_and_its_shape(signal):
    drawn = draw("{% status word signal %}", word=MISCHIEF, signal=signal)
    assert "<svg" in drawn
    assert "&lt;script&gt;" in drawn


def test_the_four_signals_have_four_shapes():
    shapes = {draw("{% shape name %}", name=name) for name in ("settled", "waiting", "trouble", "plain")}
    assert len(shapes) == 4


@pytest.mark.parametrize(
    ("role", "reader", "words"),
    [
        ("consumer", "consumer", "You"),
        ("merchant", "consumer", "Merchant"),
        ("agent", "agent", "Platform agent"),
        ("clock", "", "Deadline passed"),
    ],
)
def test_a_person_is_a_role_and_you_only_for_the_two_sides(role, reader, words):
    assert f'<span class="role">{words}</span>' in draw("{% person role reader=reader %}", role=role, reader=reader)


def _payout(status, **more):
    return SimpleNamespace(status=status, created_at=NOW, ended_at=None, **more)


@pytest.mark.parametrize("status", ["reserved", "sending", "unknown", "failed", "sent", "released"])
def test_a_payout_is_never_called_confirmed_before_it_is_settled(status):
    drawn = draw("{% payout_tracker payout %}", payout=_payout(status))
    last_step = drawn.rpartition("<li")[2]
    assert 'class="done"' not in last_step
    assert "The money has arrived." not in drawn
    assert "paid" not in drawn.lower()


def test_a_payout_that_its_payee_has_to_confirm_says_so_and_until_when():
    drawn = draw("{% payout_tracker payout %}", payout=_payout("sent", confirm_by=NOW))
    assert "Confirm it with the payment service by <time" in drawn
    assert "It is on its way to you." not in drawn


def test_a_settled_payout_has_arrived():
    drawn = draw("{% payout_tracker payout %}", payout=_payout("settled"))
    assert drawn.count('class="done"') == 3
    assert "The money has arrived." in drawn


def test_a_timeline_marks_what_only_the_platform_sees_and_escapes_what_people_wrote():
    entries = [
        SimpleNamespace(what=MISCHIEF, why=MISCHIEF, at=NOW, role="consumer", amount=1_250, currency="GBP"),
        SimpleNamespace(what="Look closer", at=NOW, role="agent", internal=True),
    ]
    drawn = draw("{% timeline entries %}", entries=entries)
    assert "<script>" not in drawn
    assert drawn.count("only the platform’s people see this") == 1
    assert "£12.50" in drawn


def test_a_trace_says_the_sentence_first_and_rule_and_version_last():
    trace = SimpleNamespace(
        sentence="You get it back.",
        tests=[SimpleNamespace(sentence="In time.", passed=True), SimpleNamespace(sentence="New.", passed=False)],
        steps=[SimpleNamespace(sentence="Paid", amount=1_250)],
        currency="GBP",
        rule="lightning_refund",
        version=3,
    )
    drawn = draw("{% trace trace %}", trace=trace)
    order = ["You get it back.", "In time.", "Not met", "£12.50", "Rule: lightning_refund, version 3"]
    assert [drawn.index(words) for words in order] == sorted(drawn.index(words) for words in order)
    assert "<details>" in drawn
    assert "<details open>" in draw("{% trace trace unfolded=True %}", trace=trace)


@pytest.mark.parametrize(
    ("entitled", "sentence"),
    [
        (2_000, "£7.50 less than"),
        (1_000, "£2.50 more than"),
        (1_250, "exactly what"),
        (None, "The rules name no sum."),
    ],
)
def test_an_offer_stands_beside_what_is_owed(entitled, sentence):
    drawn = draw('{% offer 1250 "GBP" entitled=entitled %}<b>act</b>{% endoffer %}', entitled=entitled)
    assert sentence in drawn
    assert "<b>act</b>" in drawn


def test_an_entitlement_shows_sum_speed_and_reason_and_can_be_chosen_only_with_an_address():
    owed = {"title": "Refund", "amount": 1_250, "currency": "GBP", "settles": "at_once", "because": MISCHIEF}
    drawn = draw("{% entitlement owed href='/x/' %}", owed=owed)
    assert "£12.50" in drawn
    assert "Settled at once" in drawn
    assert "&lt;script&gt;" in drawn
    assert 'href="/x/"' in drawn
    assert "href" not in draw("{% entitlement owed %}", owed=owed)


def test_the_next_step_keeps_its_buttons_and_draws_no_empty_row_without_them():
    assert '<a href="/x/">Do</a>' in draw("{% next_step 'Act' %}<a href=\"/x/\">Do</a>{% endnext_step %}")
    assert "actions" not in draw("{% next_step 'Wait' %} {% endnext_step %}")


class Question(forms.Form):
    why = forms.CharField(label="Why?", help_text="In your own words.")
    how = forms.ChoiceField(label="How?", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I am sure.")
    photo = forms.FileField(label="Photo", required=False)


def test_a_field_ties_hint_and_error_to_its_input():
    drawn = draw("{% field form.why %}", form=Question({}))
    assert '<label class="question" for="id_why">Why?' in drawn
    assert 'aria-describedby="id_why_helptext id_why_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_why_error"' in drawn


def test_a_choice_is_a_fieldset_and_a_checkbox_stands_before_its_words():
    assert '<legend class="question">How?' in draw("{% field form.how %}", form=Question())
    checkbox = draw("{% field form.sure %}", form=Question())
    assert checkbox.index('type="checkbox"') < checkbox.index("I am sure.")
    assert checkbox.count("I am sure.") == 1


def test_the_one_question_of_a_page_is_its_heading():
    assert "<h1>" in draw("{% field form.how asks=True %}", form=Question())
    assert "<h1>" not in draw("{% field form.how %}", form=Question())


def test_only_what_may_stay_empty_is_marked():
    assert "(optional)" in draw("{% field form.photo %}", form=Question())
    assert "(optional)" not in draw("{% field form.why %}", form=Question())


def test_a_form_draws_its_error_summary_first_with_a_link_to_every_field():
    drawn = draw("{{ form }}", form=Question({}))
    assert drawn.index("There is a problem") < drawn.index("<label")
    assert all(f'href="#{name}"' in drawn for name in ("id_why", "id_how_0", "id_sure"))
    assert "There is a problem" not in draw("{{ form }}", form=Question())


def test_a_table_repeats_its_columns_for_the_cards_and_stays_a_table_for_ears():
    drawn = draw(
        "{% table 'Claims' %}<tbody><tr role=\"row\">{% cell 'Claim' kind='head' %}R-1{% endcell %}"
        "{% cell 'Due' %}x{% endcell %}</tr></tbody>{% endtable %}"
    )
    assert 'role="table"' in drawn
    assert '<th scope="row" role="rowheader" data-label="Claim">' in drawn
    assert '<td role="cell" data-label="Due">' in drawn


def test_a_chart_brings_its_figures_as_a_table_and_no_inline_style():
    drawn = draw("{% bar_chart 'Paid' points currency='GBP' %}", points=[("a", 5_000), ("b", 1_250), ("c", 0)])
    assert 'width="25.0%"' in drawn
    assert drawn.count("£12.50") == 2
    assert "style=" not in drawn


def test_a_chart_of_nothing_is_drawn_too():
    assert "<svg" in draw("{% bar_chart 'Paid' points %}", points=[])


def test_numbers_inside_drawings_are_not_localised():
    with translation.override("zh-hans"):
        assert 'width="33.33%"' in draw("{% bar_chart 'Paid' points %}", points=[("a", 3), ("b", 1)])


def test_the_pager_is_absent_when_there_is_one_page():
    assert draw("{% pager %}") == ""
    assert 'rel="next" href="?after=9"' in draw("{% pager next_href='?after=9' %}")
