"""Every answer carries a policy, and a nonce is good for one page."""

import re
from typing import Any

import pytest
from csp.exceptions import CSPNonceError
from django.test import Client

POLICY = "Content-Security-Policy"


def directives(answer: Any) -> set[str]:
    return set(answer.headers[POLICY].split("; "))


def test_answers_without_a_nonce_have_one_policy_of_the_pages_rules(db, settings):
    client = Client()
    first, second, page = client.get("/healthz"), client.get("/healthz"), client.get("/sign-in/")
    assert first.headers[POLICY] == second.headers[POLICY]
    assert directives(first) == {re.sub(r" 'nonce-[^']+'", "", directive) for directive in directives(page)}
    assert "object-src 'none'" in directives(first)


def test_each_page_has_a_nonce_of_its_own(db):
    client = Client()
    client.get("/healthz")
    first, second = (re.findall(r"'nonce-([^']+)'", client.get("/sign-in/").headers[POLICY]) for _ in range(2))
    assert first
    assert set(first).isdisjoint(second)


def test_a_nonce_that_is_drawn_after_the_answer_is_refused(db):
    client = Client()
    client.get("/healthz")
    with pytest.raises(CSPNonceError):
        str(client.get("/healthz").wsgi_request.csp_nonce)  # type: ignore[attr-defined] # the package sets it
