"""Tokens: how a program signs in."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import issue_token, recognise, revoke_token
from accounts.authentication import TokenAuthentication
from common.addresses import sender_address
from common.api_schema import operation
from common.strict_input import Input, Text


class SignInInput(Input):
    email = Text(max_length=254)
    password = Text(max_length=128, trim_whitespace=False)


class Token(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="sent as `Authorization: Token …`; shown only now")
    expiry = serializers.DateTimeField()


class Tokens(APIView):
    """Getting a token needs none; giving it back needs the token itself."""

    authentication_classes = (TokenAuthentication,)

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    @operation(
        "Sign in",
        takes=SignInInput,
        gives={HTTPStatus.OK: Token},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Gives a token for an e-mail address and its password. It works for ten hours."""
        given = SignInInput.read(request)
        user = recognise(**given, address=sender_address(cast("HttpRequest", request)), now=timezone.now())
        token, expiry = issue_token(user=user)
        return Response({"token": token, "expiry": expiry})

    @operation("Sign out", gives={HTTPStatus.NO_CONTENT: None})
    def delete(self, request: Request) -> Response:
        """The token this request is sent with stops working at once."""
        revoke_token(token=request.auth)
        return Response(status=HTTPStatus.NO_CONTENT)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # spectacular registers it untyped
    """How the schema describes the way a program signs in."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 (given by spectacular)
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token` and a token from `POST /api/v1/auth/tokens`.",
        }
