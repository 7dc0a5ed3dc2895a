"""A webhook is believed to come from its sender when it is signed as Standard Webhooks says, and not otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from common.webhook_signatures import TOLERANCE, BadSignature, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)

HEADERS = sign(SECRET, event_id=EVENT, at=AT, body=BODY)


def test_the_signature_is_the_one_of_the_standard():
    assert HEADERS == {
        "webhook-id": EVENT,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_was_signed_is_accepted_and_named():
    assert verify([SECRET], HEADERS, BODY, now=AT) == EVENT


def test_a_secret_may_be_any_text():
    headers = sign("a plain secret", event_id=EVENT, at=AT, body=BODY)
    assert verify(["a plain secret"], headers, BODY, now=AT) == EVENT


def test_either_side_may_change_the_secret_while_messages_are_on_their_way():
    other = sign("old", event_id=EVENT, at=AT, body=BODY)["webhook-signature"]
    both = HEADERS | {"webhook-signature": f"v1a,whatever {other} {HEADERS['webhook-signature']}"}
    assert verify([SECRET], both, BODY, now=AT) == EVENT
    assert verify(["new", SECRET], HEADERS, BODY, now=AT) == EVENT


@pytest.mark.parametrize("off", [TOLERANCE, -TOLERANCE])
def test_a_message_within_the_tolerance_is_accepted_and_one_beyond_it_refused(off):
    verify([SECRET], HEADERS, BODY, now=AT + off)
    with pytest.raises(BadSignature, match="too long ago, or in the future"):
        verify([SECRET], HEADERS, BODY, now=AT + off + off / abs(off) * timedelta(seconds=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": "1614265331"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v2," + HEADERS["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": HEADERS["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": "v1,ü"},
        {"webhook-signature": ""},
        {"webhook-id": ""},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "-1614265330"},
        {"webhook-timestamp": "9" * 30},
    ],
)
def test_a_message_that_is_not_what_was_signed_is_refused(changes):
    with pytest.raises(BadSignature):
        verify([SECRET], HEADERS | changes, BODY, now=AT)


def test_a_changed_body_another_secret_and_missing_headers_are_refused():
    for secret, headers, body in ((SECRET, HEADERS, BODY + b" "), ("other", HEADERS, BODY), (SECRET, {}, BODY)):
        with pytest.raises(BadSignature):
            verify([secret], headers, body, now=AT)
