#!/usr/bin/env python
"""The door for every command. What is wrong with settings or servers is said in one sentence, without a traceback."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from common.embedded.server import ServerUnavailable


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ServerUnavailable) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
