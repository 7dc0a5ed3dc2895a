#!/usr/bin/env python
"""The door for every command. What is wrong with settings or servers is said in one sentence, without a traceback.

So is a database that has no tables yet, or not all that this version of the portal needs.
"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedFunction, UndefinedTable

from common.embedded.server import ServerUnavailable


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ServerUnavailable) as error:
        sys.exit(str(error))
    except ProgrammingError as error:
        if isinstance(error.__cause__, UndefinedTable | UndefinedColumn | UndefinedFunction):
            sys.exit("The database has no tables yet, or not all of them: run `manage.py migrate` first.")
        raise


if __name__ == "__main__":
    main()
