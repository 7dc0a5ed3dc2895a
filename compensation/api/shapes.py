"""What several of these operations take, and what they refuse."""

from http import HTTPStatus
from typing import Any

from common.strict_input import Text
from payouts.statements import REASON_LIMIT

REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]


class Because(Text):
    """Why, in your own words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": REASON_LIMIT, "allow_blank": True, "default": "", **kwargs})
