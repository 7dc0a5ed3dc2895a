"""The Content-Security-Policy of every answer, put together once where it is the same each time."""

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SecurityPolicyMiddleware(CSPMiddleware):
    """Only a page that drew a nonce has a policy of its own; every answer of the API has the one without."""

    _without_nonce = ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or HEADER in response or getattr(request, "_csp_nonce", None):
            return super().process_response(request, response)
        if self._without_nonce:
            response.headers[HEADER] = self._without_nonce
            # As the package has it: whoever draws a nonce now comes too late.
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined] # its way
        else:
            super().process_response(request, response)
            self._without_nonce = response.headers[HEADER]
        return response
