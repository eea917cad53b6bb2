#!/usr/bin/env python
"""Runs one management command; what is wrong with the configuration is one sentence."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from factcheck import environment, health


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    # A command has one connection; a pool would only delay what is wrong with it.
    os.environ.setdefault("DATABASE_POOL_SIZE", "0")
    try:
        environment.read(os.environ)
    except environment.ConfigurationError as error:
        sys.exit(f"Error: {error}")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        silent = health.silent_database()
        if silent is None:
            raise
        sys.exit(f"Error: {silent}")


if __name__ == "__main__":
    main()
