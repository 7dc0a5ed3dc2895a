"""The books, for finance: every account with what it holds, and every transfer."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import one_page
from common.api_schema import listing
from common.strict_input import Input, Text
from ledger.models import Account, AccountKind, Transfer, TransferKind


class AccountName(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(AccountKind.choices)
    owner = serializers.CharField(help_text='"merchant:12", "user:7", a budget, a gateway, or empty')


class AccountOutput(AccountName):
    currency = serializers.CharField(help_text="ISO 4217")
    balance = serializers.IntegerField(help_text="minor units; positive when it holds what its name says")
    reserved = serializers.IntegerField(help_text="minor units of the balance that are set aside")
    available = serializers.IntegerField(help_text="what is left of it")
    floor = serializers.IntegerField(allow_null=True, help_text="how far down the balance may go")


class TransferOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="the cause")
    kind = serializers.ChoiceField(TransferKind.choices)
    debit = AccountName()
    credit = AccountName()
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    reverses = serializers.IntegerField(allow_null=True, help_text="the transfer this one takes back")


class AccountsInput(Input):
    kind = serializers.ChoiceField(AccountKind.choices, required=False)
    owner = Text(max_length=60, required=False)


class TransfersInput(Input):
    account = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    kind = serializers.ChoiceField(TransferKind.choices, required=False)
    key = Text(max_length=120, required=False)


class Accounts(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing(
        "List accounts",
        AccountOutput,
        errors=[HTTPStatus.FORBIDDEN],
        parameters=[OpenApiParameter("kind", enum=AccountKind.values), OpenApiParameter("owner", str)],
    )
    def get(self, request: CallerRequest) -> Response:
        """Every account that was ever used and what it holds, the oldest first."""
        given = AccountsInput.read_filters(request)
        wanted = {name: given[name] for name in ("kind", "owner") if name in given}
        rows = Account.objects.visible_to(request.user).filter(**wanted).select_related("balance")
        return one_page(request, rows, by=("id",), shown=lambda accounts: [_account(account) for account in accounts])


class Transfers(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing(
        "List transfers",
        TransferOutput,
        errors=[HTTPStatus.FORBIDDEN],
        parameters=[
            OpenApiParameter("account", int, description="the id of an account on either side"),
            OpenApiParameter("kind", enum=TransferKind.values),
            OpenApiParameter("key", str),
        ],
    )
    def get(self, request: CallerRequest) -> Response:
        """Every transfer, the newest first."""
        given = TransfersInput.read_filters(request)
        wanted = {name: given[name] for name in ("kind", "key") if name in given}
        rows = Transfer.objects.visible_to(request.user).filter(**wanted).select_related("debit", "credit")
        sides = rows.touching(Account(pk=given["account"])) if "account" in given else (rows,)
        return one_page(request, *sides, by=("-id",), shown=lambda found: [_transfer(row) for row in found])


def _name(account: Account) -> dict[str, Any]:
    return {"id": account.pk, "kind": account.kind, "owner": account.owner}


def _account(account: Account) -> dict[str, Any]:
    balance = account.balance
    return {
        **_name(account),
        "currency": account.currency,
        "balance": balance.posted,
        "reserved": balance.reserved,
        "available": balance.available,
        "floor": balance.floor,
    }


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "id": transfer.pk,
        "key": transfer.key,
        "kind": transfer.kind,
        "debit": _name(transfer.debit),
        "credit": _name(transfer.credit),
        "amount": transfer.amount,
        "currency": transfer.debit.currency,
        "happened_at": transfer.happened_at,
        "recorded_at": transfer.recorded_at,
        "reverses": transfer.reverses_id,
    }
