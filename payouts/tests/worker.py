"""A worker in a process of its own, on the test's database, which may be told to die at a crash point."""

import os
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings
from django.db import connection

SWEEP = "from payouts.tasks import *; handle_webhook_events(); send_due_payouts()"


def run_python(code: str, *, crash_at: str = "") -> int:
    """What the process ended with: 0, or -9 when it was killed."""
    command = [sys.executable, "-c", f"import django; django.setup(); {code}"]
    return subprocess.run(command, env=_environment(REDRESS_CRASH_AT=crash_at), check=False, timeout=300).returncode


def start_python(code: str) -> subprocess.Popen[bytes]:
    """The process, at work."""
    return subprocess.Popen([sys.executable, "-c", f"import django; django.setup(); {code}"], env=_environment())


def run_manage(*arguments: str, **environment: str) -> int:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=_environment(**environment), check=False, timeout=300).returncode


def wait_until_it_is_gone(session: int | None) -> None:
    """The database's session of that number, which notices by itself that its process is dead."""
    with connection.cursor() as cursor:
        for _ in range(10_000):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [session])
            if cursor.fetchone() == (0,):
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the session did not end")


def _environment(**changes: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": _database_url(),
        "SANDBOX_URL": settings.SANDBOX_URL,
        "SANDBOX_SECRET": settings.SANDBOX_SECRET,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "STRIPE_API_KEY": settings.STRIPE_API_KEY,
        **changes,
    }


def _database_url() -> str:
    given = connection.settings_dict
    host = given["OPTIONS"].get("host") or given["HOST"]
    who = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    return f"postgres://{who}@:{given['PORT'] or 5432}/{given['NAME']}?host={quote(host)}"
