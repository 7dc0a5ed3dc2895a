"""The address that providers send their events to."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.webhook_signatures import BadSignature
from payouts import actions


@csrf_exempt  # no browser and no session: the sender proves who it is by its signature over the very bytes
@require_POST
def receive_webhook(request: HttpRequest, gateway: str) -> HttpResponse:
    """204 once the event is kept, also when it was before; 401 and nothing written when it is not genuine."""
    try:
        actions.receive_webhook(gateway=gateway, headers=request.headers, body=request.body, now=timezone.now())
    except actions.UnknownGateway as unknown:
        raise Http404 from unknown
    except BadSignature as bad:
        return HttpResponse(str(bad), status=HTTPStatus.UNAUTHORIZED, content_type="text/plain")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
