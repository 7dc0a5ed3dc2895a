"""Requests that may be repeated: the same key gives the same answer, and the effect happens once.

The key is written first, in the transaction of the effect: a second request with the key waits for the first to
commit or fail, and a crash leaves neither a key nor an effect behind. A refused request changed nothing and is
not kept, so its repetition is judged again. Answers are kept for KEPT and swept after it.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.core.serializers.json import DjangoJSONEncoder
from django.db.transaction import set_rollback
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from common.crash_points import crash_point
from common.errors import Refusal
from common.models import StoredAnswer
from common.statements import rows_of, send
from common.transactions import atomic

FORM_FIELD = "idempotency_key"
KEPT = timedelta(days=30)
KEY = re.compile(r"[!-~]{1,200}")


class BadKey(Refusal):
    """The key is empty, too long or not plain ASCII."""

    code = "bad_idempotency_key"
    message = _("An Idempotency-Key has 1 to 200 visible ASCII characters; a UUID is a good one.")
    http_status = HTTPStatus.BAD_REQUEST


class KeyReusedForOtherRequest(Refusal):
    """The key already answered another request of this person."""

    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was already used for another request. Nothing was done; send it with a new key.")
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


def new_key() -> str:
    """A key nobody has used."""
    return str(uuid.uuid4())


def once_posted(request: HttpRequest, act: Callable[[], HttpResponse], *, now: datetime) -> HttpResponse:
    """`once` for a form that carries `{% idempotency_key %}`: everything else that was posted is its content."""
    posted = {name: values for name, values in request.POST.lists() if name not in (FORM_FIELD, "csrfmiddlewaretoken")}
    return once(request, act, key=request.POST.get(FORM_FIELD), content=posted, now=now)


def once(
    request: HttpRequest, act: Callable[[], HttpResponse], *, key: str | None, content: object, now: datetime
) -> HttpResponse:
    """The answer of `act()`, or the stored one when this person sent the same content here under the same key.

    Everything runs in one transaction. Without a key every request is a new one. An answer of 400 or more undoes what
    was done and is not stored, like an exception. Raises BadKey and KeyReusedForOtherRequest.
    """
    if key is None:
        with atomic():
            return _undone_if_refused(act())
    _refuse_bad(key)
    digest = _digest(request, content)
    with atomic():
        started = _start(request, key, digest, now)
        if started is None:
            return _stored(request, key, digest)
        crash_point("idempotency.key_is_taken")
        answer = _undone_if_refused(act())
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            _store(started, answer)
        crash_point("idempotency.before_answer_is_committed")
    crash_point("idempotency.before_answer_is_sent")
    return answer


def _refuse_bad(key: str) -> None:
    if not KEY.fullmatch(key):
        raise BadKey


def _digest(request: HttpRequest, content: object) -> bytes:
    request_in_one_spelling = json.dumps(
        [request.method, request.path, content], sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder
    )
    return hashlib.sha256(request_in_one_spelling.encode()).digest()


def _start(request: HttpRequest, key: str, digest: bytes, now: datetime) -> int | None:
    """The id of the row that will hold the answer, or None when the key is taken.

    Waits while another transaction holds the same key.
    """
    started = rows_of(
        "INSERT INTO common_storedanswer (user_id, key, digest, content_type, location, body, stored_at)"
        " VALUES (%s, %s, %s, '', '', '', %s) ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
        [request.user.pk, key, digest, now],
    )
    return started[0][0] if started else None


def _stored(request: HttpRequest, key: str, digest: bytes) -> HttpResponse:
    stored = StoredAnswer.objects.get(user=request.user.pk, key=key)
    if bytes(stored.digest) != digest:
        raise KeyReusedForOtherRequest
    answer = HttpResponse(bytes(stored.body), status=stored.status, content_type=stored.content_type)
    if stored.location:
        answer["Location"] = stored.location
    answer["Idempotent-Replayed"] = "true"
    return answer


def _store(started: int, answer: HttpResponse) -> None:
    headers = answer.headers
    send(
        "UPDATE common_storedanswer SET status = %s, content_type = %s, location = %s, body = %s WHERE id = %s",
        [answer.status_code, headers.get("Content-Type", ""), headers.get("Location", ""), answer.content, started],
    )


def _undone_if_refused(answer: HttpResponse) -> HttpResponse:
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        set_rollback(True)
    return answer


def forget_old_answers(*, now: datetime, limit: int = 10_000) -> int:
    """Delete the oldest answers kept long enough, at most `limit`; returns how many."""
    oldest = StoredAnswer.objects.order_by("pk")[:limit]
    return StoredAnswer.objects.filter(pk__in=oldest.values("pk"), stored_at__lt=now - KEPT).delete()[0]
