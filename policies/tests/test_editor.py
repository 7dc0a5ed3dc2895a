"""The two doors to a draft's terms: what was typed is kept, what is wrong has its place, nobody saves over anybody."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from policies.actions import draft, exported, revise
from policies.in_force import in_force, rule_of, typed_terms
from policies.models import Version
from policies.sheets import every, filled, laid_out
from policies.wording import RULES

pytestmark = pytest.mark.django_db

CODES = ("lightning_refund", "clocks", "return_first", "closed_store")


@pytest.fixture
def drafted(published_policies, operator, now):
    """A draft of the lightning refund with the terms that are in force."""
    return draft_of("lightning_refund", operator, now)


def draft_of(code, operator, now):
    base = in_force([code], at=now)[code]
    return draft(
        policy=code, terms=base.terms, written=base.written, effective_from=now + timedelta(days=2), by=operator, at=now
    )


def address(version, door):
    return f"/policies/{version.policy.code}/{version.number}/{door}/"


def sent(version, **changes):
    """What a browser sends of the form, with some of it changed."""
    on_the_page = filled(rule_of(version.policy.code).terms, version.terms)
    moment = timezone.localtime(version.effective_from, timezone.get_fixed_timezone(8 * 60))
    beside = {"revision": version.revision, "effective_from": f"{moment:%Y-%m-%dT%H:%M}", "do": "save"}
    return {**on_the_page, **beside, **changes}


def told(answer):
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("code", CODES)
def test_a_form_that_is_sent_as_it_came_changes_nothing(client, operator, published_policies, now, code):
    version = draft_of(code, operator, now)
    client.force_login(operator)
    page = client.get(address(version, "terms"))
    assert page.status_code == 200
    for name, texts in sent(version).items():
        if name.endswith("?") or name in ("do", "revision"):
            continue
        assert f'name="{name}"' in page.text, (name, texts)
    answer = client.post(address(version, "terms"), sent(version))
    assert answer.status_code == 302, told(answer)
    saved = Version.objects.get(pk=version.pk)
    assert (saved.terms, saved.written, saved.revision) == (version.terms, version.written, 2)


def test_words_stand_on_the_form_in_the_order_they_were_written(published_policies, now):
    """A browser sends ticks in the order of the page, so that saving a form untouched turns nothing around."""
    found = 0
    for code, version in in_force(list(RULES), at=now).items():
        shape = rule_of(code).terms
        entries = every(laid_out(code, shape, filled(shape, version.terms)))
        for entry in (it for it in entries if it.kind == "words"):
            ticked = [choice.value for choice in entry.choices if choice.is_chosen]
            assert ticked == filled(shape, version.terms).get(entry.path, []), (code, entry.path)
            found += len(ticked) > 1
    assert found


def test_a_figure_is_changed_and_its_comment_stays(client, operator, drafted):
    client.force_login(operator)
    client.post(address(drafted, "terms"), sent(drafted, **{"consumer_limits[1].per_claim[0].value": "66.50"}))
    saved = Version.objects.get(pk=drafted.pk)
    assert typed_terms("lightning_refund", 1, saved.terms).consumer_limits[1].per_claim.of("CNY") == 66_50
    assert "# By the consumer's standing (0 unknown, 5 best)" in saved.written
    assert saved.events.count() == 2


def test_rows_come_and_go_without_saving_anything(client, operator, drafted):
    client.force_login(operator)
    page = client.post(address(drafted, "terms"), sent(drafted, do="add consumer_limits"))
    assert 'name="consumer_limits[6].standing"' in page.text
    page = client.post(address(drafted, "terms"), sent(drafted, do="remove consumer_limits[0]"))
    assert 'name="consumer_limits#" value="5"' in page.text
    assert 'name="consumer_limits[0].standing" value="1"' in page.text
    assert Version.objects.get(pk=drafted.pk).revision == 1


WRONG = {
    "a word for a figure": ({"undelivered_after_days": "soon"}, "A whole number is expected, not “soon”."),
    "below zero": ({"undelivered_after_days": "-1"}, "It cannot be below zero (-1)."),
    "beyond the calendar": ({"undelivered_after_days": "1000001"}, "It can be 1000000 at most."),
    "a sum with too many decimals": ({"limit_per_claim[0].value": "1.005"}, "is no amount of this currency."),
    "an endless sum": ({"limit_per_claim[0].value": "9" * 30}, "It can be 100000000000.00 at most."),
    "a currency of two letters": ({"limit_per_claim[0].key": "CN"}, "is no currency code of three capital letters."),
    "a currency twice": ({"limit_per_claim[0].key": "GBP"}, "“GBP” stands here a second time."),
    "limits that do not ascend": (
        {"consumer_limits[1].standing": "0"},
        "The entries begin with standing 0 and ascend.",
    ),
    "nothing where something is needed": ({"consumer_limits[1].standing": ""}, "This is missing."),
    "a moment that has passed": ({"effective_from": "2020-01-01T00:00"}, "This moment has passed."),
    "a moment beyond the calendar": ({"effective_from": "9999-12-31T23:59"}, "This is more than ten years away."),
    "no moment": ({"effective_from": "soon"}, "Write the day and the time"),
}


@pytest.mark.parametrize(("changes", "sentence"), list(WRONG.values()), ids=list(WRONG))
def test_what_is_wrong_in_the_form_is_told_at_its_field_and_kept(client, operator, drafted, changes, sentence):
    client.force_login(operator)
    answer = client.post(address(drafted, "terms"), sent(drafted, **changes))
    assert answer.status_code == 422
    assert told(answer).count(sentence) == 2  # at the top with a link, and at the field
    for typed in changes.values():
        assert f'value="{typed}"' in answer.text
    assert Version.objects.get(pk=drafted.pk).revision == 1


@pytest.mark.parametrize("door", ["terms", "file"])
def test_two_people_at_one_draft_lose_nothing(client, operator, operator2, drafted, now, door):
    theirs = {**drafted.terms, "undelivered_after_days": 9}
    revise(version=drafted, revision=1, terms=theirs, effective_from=drafted.effective_from, by=operator2, at=now)
    client.force_login(operator)
    mine = sent(drafted, undelivered_after_days="5")
    if door == "file":
        mine = {**mine, "written": drafted.written.replace("undelivered_after_days: 2", "undelivered_after_days: 5")}
    answer = client.post(address(drafted, door), mine)
    assert answer.status_code == 409
    assert "Operator2 saved it after you had opened it." in told(answer)
    assert "Goods count as not received after 9 days 5 days" in told(answer)
    assert Version.objects.get(pk=drafted.pk).terms["undelivered_after_days"] == 9
    assert client.post(address(drafted, door), {**mine, "do": "over 2"}).status_code == 302
    saved = Version.objects.get(pk=drafted.pk)
    assert (saved.terms["undelivered_after_days"], saved.revision) == (5, 3)
    assert [event.terms["undelivered_after_days"] for event in saved.events.order_by("pk")] == [2, 9, 5]


BAD_TEXTS = {
    "no YAML": ("reasons: [\n", "Line 2: this is no YAML"),
    "nothing": ("", "names with values are expected."),
    "a list": ("- a\n", "Line 1: names with values are expected."),
    "a name twice": ("a: 1\nb: 2\na: 3\n", "Line 3: “a” stands here a second time."),
    "a borrowed value": ("a: &x [1]\nb: *x\n", "Line 1: write it out"),
    "a tag": ("a: 1\nb: !!python/object:os.system x\n", "Line 2: tags (!) are not taken."),
    "an abyss": ("a: " + "[" * 40 + "]" * 40, "Line 1: this is nested too deeply."),
    "a zero character": ('a: "\\0"\n', "Line 1: a character stands here that cannot be kept."),
    "an endless number": ("a: 1\nb: [" + "9" * 5000 + "]\n", "Line 2: this number is too large."),
    "nothing for yes or no": ("merchant_must_enrol: ~\n", "Line 1, at “merchant_must_enrol”: this is missing."),
    "a yes for a figure": (
        "merchant_must_enrol: true\nreasons: []\nwindow_days: {}\nundelivered_after_days: true\n",
        "Line 4, at “undelivered_after_days”: a whole number is expected, not “true”.",
    ),
    "an unknown name": (
        "merchant_must_enrol: true\nwindows: 3\n",
        "Line 2, at “windows”: this name is not known here.",
    ),
    "a version of its own": ("version: 7\n", "Line 1, at “version”: this name is not known here."),
}


@pytest.mark.parametrize(("text", "sentence"), list(BAD_TEXTS.values()), ids=list(BAD_TEXTS))
def test_what_is_wrong_in_the_yaml_is_told_with_its_line_and_kept(client, operator, drafted, text, sentence):
    client.force_login(operator)
    answer = client.post(address(drafted, "file"), sent(drafted, written=text))
    assert answer.status_code == 422
    assert sentence in told(answer)
    assert answer.context["form"]["written"].value() == text
    assert Version.objects.get(pk=drafted.pk).revision == 1


def test_a_wrong_figure_deep_in_the_yaml_is_told_with_its_line(client, operator, drafted):
    client.force_login(operator)
    text = drafted.written.replace("per_day: {CNY: 300.00,", "per_day: {CNY: lots,")
    answer = client.post(address(drafted, "file"), sent(drafted, written=text))
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "lots" in line)
    assert f"Line {line}, at “consumer_limits[2].per_day.CNY”: “lots” is no amount" in told(answer)


def test_a_file_goes_out_and_comes_back_the_same(client, operator, drafted):
    client.force_login(operator)
    file = client.get(address(drafted, "export")).content
    upload = SimpleUploadedFile("terms.yaml", file)
    assert client.post(address(drafted, "file"), sent(drafted, written="", file=upload)).status_code == 302
    saved = Version.objects.get(pk=drafted.pk)
    assert (saved.terms, saved.written) == (drafted.terms, drafted.written)
    assert exported(saved).encode() == file


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_the_terms(client, operator, drafted):
    client.force_login(operator)
    file = client.get(address(drafted, "export")).content
    upload = SimpleUploadedFile("terms.yaml", b"\xef\xbb\xbf" + file)
    assert client.post(address(drafted, "file"), sent(drafted, written="", file=upload)).status_code == 302
    assert exported(Version.objects.get(pk=drafted.pk)).encode() == file


def test_a_broken_file_comes_back_as_text_to_be_mended(client, operator, drafted):
    client.force_login(operator)
    upload = SimpleUploadedFile("terms.yaml", b"reasons: [")
    answer = client.post(address(drafted, "file"), sent(drafted, written="", file=upload))
    assert answer.status_code == 422
    assert answer.context["form"]["written"].value() == "reasons: ["
    for content, sentence in ((b"\xff\xfe", "no text in UTF-8"), (b"x" * 300_000, "too large for terms")):
        answer = client.post(address(drafted, "file"), sent(drafted, file=SimpleUploadedFile("terms.yaml", content)))
        assert sentence in told(answer)


def test_the_file_of_another_policy_is_not_taken(client, operator, drafted):
    client.force_login(operator)
    answer = client.post(address(drafted, "file"), sent(drafted, written="policy: clocks\nterms:\n  a: 1\n"))
    assert "This file is for the policy “clocks”." in told(answer)


def test_a_draft_begins_with_the_terms_of_a_version(client, operator, published_policies, now):
    client.force_login(operator)
    page = client.get("/policies/closed_store/draft/")
    number = in_force(["closed_store"], at=now)["closed_store"].number
    tomorrow = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert f'<option value="{number}" selected>' in page.text
    answer = client.post(
        "/policies/closed_store/draft/", {"base": number, "market": "north", "effective_from": tomorrow}
    )
    begun = Version.objects.get(market="north")
    assert answer["Location"] == address(begun, "terms")
    assert (begun.status, begun.drafted_by) == (Version.Status.DRAFT, operator)
    answer = client.post("/policies/closed_store/draft/", {"base": "99", "effective_from": "2020-01-01T00:00"})
    assert answer.status_code == 422
    assert {"Choose one of these versions.", "This moment has passed. Choose one that is still to come."} <= {
        error for errors in answer.context["form"].errors.values() for error in errors
    }
