"""``python -m bigmodel_apps``."""

from __future__ import annotations

import sys

from bigmodel_apps.cli import main

sys.exit(main())
