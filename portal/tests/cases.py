"""Cases brought to every state, each by the verbs that lead there and with all there can be on its page."""

from datetime import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from conftest import line
from disputes import actions
from disputes.models import Claim
from orders.models import Order


class Cases:
    """Each method files a claim for a new line of `order` and carries it that far."""

    def __init__(
        self, order: Order, *, consumer: User, merchant: User, agent: User, senior: User, now: datetime
    ) -> None:
        self.order, self.now = order, now
        self.consumer, self.merchant, self.agent, self.senior = consumer, merchant, agent, senior

    def in_every_state(self) -> dict[str, Claim]:
        carry = (
            self.paid_at_once, self.waiting, self.offered, self.countered, self.returning, self.sent_back,
            self.rejected, self.disputed, self.under_review, self.decided, self.appealed, self.decided_again,
            self.withdrawn,
        )  # fmt: skip
        return {there.__name__: there() for there in carry}

    def paid_at_once(self) -> Claim:
        return self._file(paid=45_00)

    def waiting(self) -> Claim:
        return self._file(paid=1_299_00)

    def offered(self) -> Claim:
        return actions.answer(
            claim=self.waiting(), by=self.merchant, kind="offer", amount=600_00, statement="Half of it?", at=self.now
        )

    def countered(self) -> Claim:
        claim = self.offered()
        actions.make_offer(claim=claim, by=self.consumer, amount=900_00, statement="Rather this.", at=self.now)
        return claim

    def returning(self) -> Claim:
        return self._file(paid=1_299_00, reason="changed_mind", remedy="return")

    def sent_back(self) -> Claim:
        return actions.ship_return(
            claim=self.returning(), by=self.consumer, carrier="SF Express", tracking="SF 1001", at=self.now
        )

    def rejected(self) -> Claim:
        return actions.answer(
            claim=self.waiting(),
            by=self.merchant,
            kind="reject",
            reason="delivered_as_ordered",
            statement="It left our shop whole.",
            at=self.now,
        )

    def disputed(self) -> Claim:
        claim = actions.escalate(
            claim=self.rejected(), by=self.consumer, statement="It did not arrive whole.", at=self.now
        )
        photo = SimpleUploadedFile("sleeve.png", picture(), "image/png")
        actions.give_evidence(claim=claim, by=self.consumer, kind="photo", file=photo, at=self.now)
        actions.say(claim=claim, by=self.merchant, body="When did you open the parcel?", at=self.now)
        actions.say(claim=claim, by=self.agent, body="The third of its kind this week.", internal=True, at=self.now)
        return claim

    def under_review(self) -> Claim:
        claim = self.disputed()
        assert claim.due_at is not None
        return actions.time_out(claim=claim, at=claim.due_at)

    def decided(self) -> Claim:
        return actions.decide(
            claim=self.disputed(),
            by=self.agent,
            outcome="consumer",
            reason="evidence_for_consumer",
            statement="The photo shows it.",
            at=self.now,
        )

    def appealed(self) -> Claim:
        return actions.appeal(
            claim=self.decided(), by=self.merchant, statement="The photo is of another jacket.", at=self.now
        )

    def decided_again(self) -> Claim:
        return actions.decide_appeal(
            claim=self.appealed(),
            by=self.senior,
            outcome="split",
            amount=500_00,
            reason="both_in_part",
            statement="Each is right in part.",
            at=self.now,
        )

    def withdrawn(self) -> Claim:
        return actions.withdraw(claim=self.waiting(), by=self.consumer, at=self.now)

    def _file(self, *, paid: int, reason: str = "damaged", remedy: str = "refund") -> Claim:
        position = self.order.lines.count() + 1
        jacket = line(self.order, position, "jacket", "Rain jacket", "雨衣", paid=paid, category="clothing")
        return actions.file_claim(
            consumer=self.consumer,
            order=self.order.number,
            line=jacket.pk,
            reason=reason,
            remedy=remedy,
            statement="The sleeve is torn.",
            at=self.now,
        )


def picture() -> bytes:
    """A small photo as a file."""
    drawn = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(drawn, "PNG")
    return drawn.getvalue()
