"""A deep link that is the first visit goes through the door; see `pages/customer-service.py`."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "app.py"))
