"""Every layout and component is drawn in both languages, without anything the content security policy forbids."""

import re

import pytest
from django.template.loader import render_to_string

from portal.style_guide import LAYOUTS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("portal.tests.urls_with_style_guide")]
PAGES = [layout for layout in LAYOUTS if layout != "mail"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_every_layout_is_drawn(client, layout, language):
    client.cookies["redress_language"] = language
    answer = client.get("/style/", {"layout": layout})
    assert answer.status_code == 200
    assert "{%" not in answer.text
    assert "{{" not in answer.text


@pytest.mark.parametrize("layout", PAGES)
def test_no_page_carries_inline_style_or_script(client, layout):
    page = client.get("/style/", {"layout": layout}).text
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("layout", PAGES)
def test_every_identifier_of_a_page_is_used_once(client, layout):
    identifiers = re.findall(r'\sid="([^"]+)"', client.get("/style/", {"layout": layout}).text)
    assert sorted(identifiers) == sorted(set(identifiers))


def test_an_unknown_layout_is_not_found(client):
    assert client.get("/style/", {"layout": "nonsense"}).status_code == 404


def test_a_missing_page_says_what_to_do(client):
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "Look for it in your own lists." in answer.text


def test_the_error_page_of_last_resort_needs_nothing_and_speaks_both_languages():
    page = render_to_string("500.html")
    assert "Something broke on our side" in page
    assert "我们这边出了问题" in page


def test_a_body_that_is_too_large_is_refused_on_a_page_that_says_what_to_do(client, settings):
    settings.BODY_LIMIT_BYTES = 10
    answer = client.post("/sign-in/", "x" * 11, content_type="text/plain")
    assert answer.status_code == 413
    assert "Send fewer or smaller files" in answer.text
