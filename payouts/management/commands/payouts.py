"""`manage.py payouts`: how payouts stand, and the switch that stops new ones, for whoever has no browser at hand."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone

from common.errors import Refusal
from payouts.actions import resume_payouts, stop_payouts
from payouts.models import Payout, Stop


class Command(BaseCommand):
    help = "Show payouts on their way. Stop new ones at once with a reason, or let them go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--stop", metavar="REASON", help="let no payout begin until --resume")
        switch.add_argument("--resume", metavar="REASON", help="let payouts begin again")
        parser.add_argument("--gateway", default="", help="only over this gateway (all when left out)")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        gateway, now = options["gateway"], timezone.now()
        try:
            if options["stop"] is not None:
                stop_payouts(gateway=gateway, because=options["stop"], by=None, at=now)
            elif options["resume"] is not None:
                resume_payouts(gateway=gateway, because=options["resume"], by=None, at=now)
        except Refusal as refusal:
            raise CommandError(refusal.sentence()) from refusal
        result = {"stopped": _stopped(), "on_the_way": _on_the_way()}
        self.stdout.write(json.dumps(result) if options["json"] else _sentences(result))


def _stopped() -> list[dict[str, str]]:
    stops = Stop.objects.standing().order_by("gateway")
    return [
        {"gateway": stop.gateway, "because": stop.because, "stopped_at": stop.stopped_at.isoformat()} for stop in stops
    ]


def _on_the_way() -> dict[str, int]:
    """How many have not ended, by status."""
    waiting = Payout.objects.filter(ended_at__isnull=True).order_by("status")
    return dict(waiting.values_list("status").annotate(Count("pk")))


def _sentences(result: dict[str, Any]) -> str:
    stops = [
        f"Stopped since {stop['stopped_at']}: {stop['gateway'] or 'all gateways'} ({stop['because']})."
        for stop in result["stopped"]
    ]
    numbers = ", ".join(f"{number} {status}" for status, number in result["on_the_way"].items())
    return "\n".join([*(stops or ["Payouts are not stopped."]), f"On their way: {numbers or 'none'}."])
