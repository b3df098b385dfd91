"""`gapless`: Django's command line with our settings, showing only our commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
    execute_from_command_line(["gapless", *sys.argv[1:]])


if __name__ == "__main__":
    main()
