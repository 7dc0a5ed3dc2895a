"""Places where a test may kill the process, to show that nothing is lost or done twice whatever the moment.

REDRESS_CRASH_AT names the point; without it a point does nothing.
"""

import os
import signal

CRASH_AT = os.environ.get("REDRESS_CRASH_AT", "")


def crash_point(name: str) -> None:
    """Die here as by kill -9, without a farewell to the database or anybody else, if the environment says so."""
    if name == CRASH_AT:
        os.kill(os.getpid(), signal.SIGKILL)
