"""The site's own settings, with one empty view beside its routes to measure against."""

from factcheck.settings import *  # noqa: F403 - all of them, whatever they are

ROOT_URLCONF = "tests.benchmarks.urls"
