"""`manage.py backtest POLICY NUMBER` or `--file FILE`: what past claims would have come to under other terms."""

import json
import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Merchant
from common.errors import Refusal
from common.money import major_units
from disputes.actions.backtest import try_terms, try_version
from disputes.backtests.processes import EndedEarly, work_through
from disputes.backtests.tally import EFFECTS, Row, Tally
from disputes.models import Backtest
from policies.actions import documents
from policies.models import Version

PROCESSES = 2


class Command(BaseCommand):
    help = "Judge the stored facts of past claims again under a draft's terms: the cost, and who gains and loses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("policy", nargs="?", help="the code of a policy")
        parser.add_argument("number", nargs="?", type=int, help="the number of its version")
        parser.add_argument("--file", type=Path, metavar="FILE", help="terms that are no version yet, as YAML")
        parser.add_argument("--from", dest="first", type=_day, metavar="DAY", help="claims filed on this day or later")
        parser.add_argument("--until", dest="last", type=_day, metavar="DAY", help="claims filed before this day")
        parser.add_argument("--processes", type=int, default=PROCESSES, help="how many work at it (default: 2)")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            asked = _ask(options)
            seconds = work_through(asked.pk, processes=max(1, options["processes"]))
        except Refusal as refusal:
            raise CommandError(refusal.sentence()) from refusal
        except OperationalError as error:
            raise CommandError("The database is gone. The back-test goes on by itself when it is back.") from error
        except EndedEarly as error:
            raise CommandError("A process of the back-test ended early. A worker goes on with it by itself.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. A worker goes on with the back-test by itself.") from None
        done = Backtest.objects.get(pk=asked.pk)
        result = _result(done) | {
            "per_second": round(done.claims / max(seconds, 0.001), 1),
            "seconds": round(time.monotonic() - started, 3),
        }
        self.stdout.write(json.dumps(result) if options["json"] else _sentences(result))


def _day(text: str) -> datetime:
    """The beginning of a day, UTC."""
    return datetime.combine(date.fromisoformat(text), time_of_day(), UTC)


def _ask(options: dict[str, Any]) -> Backtest:
    given: dict[str, Any] = {
        "by": None,
        "at": timezone.now(),
        "claims_from": options["first"],
        "claims_until": options["last"],
    }
    if file := options["file"]:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        (document,) = documents(file)
        return try_terms(policy=document.policy, terms=document.terms, market=document.markets[0], **given)
    if not options["policy"] or options["number"] is None:
        raise CommandError("Name a policy and the number of its version, or a --file of terms.")
    versions = Version.objects.select_related("policy")
    version = versions.filter(policy__code=options["policy"], number=options["number"]).first()
    if version is None:
        raise CommandError(f"There is no version {options['number']} of “{options['policy']}”.")
    return try_version(version=version, **given)


def _result(backtest: Backtest) -> dict[str, Any]:
    tally = Tally.read(backtest.result or Tally().as_dict())
    currencies = tally.currencies()
    effects = {effect: sum(tally.total(it).effects.get(effect, 0) for it in currencies) for effect in EFFECTS}
    merchants = dict(Merchant.objects.values_list("pk", "code"))
    return {
        "backtest": backtest.pk,
        "policy": backtest.policy,
        "market": backtest.market,
        "version": backtest.version.number if backtest.version else None,
        "terms": backtest.terms_hash,
        "claims": tally.claims,
        "changed": sum(effects.values()),
        **effects,
        "not_about_this_rule": tally.elsewhere,
        "broken": tally.broken,
        "broken_numbers": tally.broken_numbers,
        "cost": {currency: _figures(tally.total(currency)) for currency in currencies},
        "by_scheme": {it: {code: _figures(row) for code, row in tally.by("rule", it)} for it in currencies},
        "by_merchant": {
            it: {merchants[int(pk)]: _figures(row) for pk, row in tally.by("merchant", it)} for it in currencies
        },
        "by_month": {it: {month: _figures(row) for month, row in tally.by("month", it)} for it in currencies},
    }


def _figures(row: Row) -> dict[str, int]:
    """Minor units. `sure` is paid without anybody's word, `open` is what somebody may still refuse."""
    return {
        "claims_now": row.claims_was,
        "claims_then": row.claims_becomes,
        "sure_now": row.sure_was,
        "sure_then": row.sure_becomes,
        "open_now": row.open_was,
        "open_then": row.open_becomes,
        "merchants_difference": row.merchant_difference,
        "fund_difference": row.fund_difference,
    }


def _sentences(result: dict[str, Any]) -> str:
    sums = [
        f"{currency}: {major_units(cost['sure_now'], currency):,} now,"
        f" {major_units(cost['sure_then'], currency):,} under these terms"
        f" ({major_units(cost['sure_then'] - cost['sure_now'], currency):+,});"
        f" open {major_units(cost['open_now'], currency):,}, then {major_units(cost['open_then'], currency):,}"
        for currency, cost in result["cost"].items()
    ]
    effects = ", ".join(f"{result[effect]:,} {effect}" for effect in EFFECTS)
    return "\n".join(
        [
            f"{result['claims']:,} claims, of which {result['changed']:,} would change ({effects});"
            f" {result['broken']:,} cannot be read. {result['per_second']:,} claims per second.",
            *sums,
        ]
    )
