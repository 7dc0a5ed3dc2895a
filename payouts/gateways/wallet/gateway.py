"""The wallet as a gateway: one more account in the books, so a payout settles in the transaction that starts it."""

from typing import TYPE_CHECKING

from ledger.chart import AccountName, wallet_of

if TYPE_CHECKING:
    from payouts.models import Payout


class Wallet:
    settles_at_once = True
    only_gives_back = False

    def check(self, payout: "Payout") -> None:
        """Everybody has a wallet."""

    def destination(self, payout: "Payout") -> AccountName:
        return wallet_of(payout.payee_id, payout.currency)


def connect() -> Wallet:
    return Wallet()
