"""A lightning refund as it is sent and answered, for the schema."""

from http import HTTPStatus

from drf_spectacular.utils import OpenApiExample

LIGHTNING_REFUND = OpenApiExample(
    "A lightning refund",
    request_only=True,
    value={
        "order": "G-1001",
        "line": 41,
        "reason": "damaged",
        "remedy": "refund",
        "statement": "The mug arrived in pieces.",
    },
)

PAID_AT_ONCE = OpenApiExample(
    "Paid at once",
    response_only=True,
    status_codes=[str(HTTPStatus.CREATED.value)],
    value={
        "number": "R-7KX2M9QD",
        "status": "settled",
        "order": "G-1001",
        "line": 41,
        "reason": "damaged",
        "remedy": "refund",
        "quantity": 1,
        "amount": 4500,
        "currency": "CNY",
        "statement": "The mug arrived in pieces.",
        "particulars": {},
        "filed_at": "2026-03-01T12:00:00Z",
        "view": {"sentence": "CN¥45.00 was paid to your wallet.", "turn": "", "due_at": None, "actions": []},
        "decision": {
            "by": "rule",
            "on_appeal": False,
            "outcome": "consumer",
            "amount": 4500,
            "currency": "CNY",
            "reason": "within_all_limits",
            "because": "Paid at once: CN¥45.00 is within the limits for a lightning refund.",
            "decided_at": "2026-03-01T12:00:00Z",
            "trace": {
                "rule": "lightning_refund",
                "version": 1,
                "inputs": {"reason": "damaged", "paid": 4500, "asked_amount": 4500, "currency": "CNY"},
                "tests": [
                    {
                        "code": "amount_is_left",
                        "passed": True,
                        "values": {
                            "asked": {"amount": 4500, "currency": "CNY"},
                            "left": {"amount": 4500, "currency": "CNY"},
                        },
                        "sentence": "What is asked, CN¥45.00, is still there to give back: CN¥45.00.",
                    }
                ],
                "steps": [
                    {
                        "code": "all_that_is_left",
                        "amount": 4500,
                        "values": {"paid": {"amount": 4500, "currency": "CNY"}},
                        "sentence": "All that is left of the price of CN¥45.00",
                    }
                ],
            },
        },
        "offers": [],
        "payouts": [{"id": 97, "status": "settled", "amount": 4500, "currency": "CNY"}],
        "coupons": [],
    },
)

NOTHING_LEFT = OpenApiExample(
    "Already refunded",
    response_only=True,
    status_codes=[str(HTTPStatus.CONFLICT.value)],
    value={
        "error": "nothing_offered",
        "message": "This cannot be claimed. The whole price was given back already.",
        "fields": {},
    },
)

NOT_A_WHOLE_NUMBER = OpenApiExample(
    "Not a whole number",
    response_only=True,
    status_codes=[str(HTTPStatus.BAD_REQUEST.value)],
    value={
        "error": "invalid",
        "message": "Some of this cannot be used as it is. Each field says what is wrong with it.",
        "fields": {"amount": ["A valid integer is required."]},
    },
)
