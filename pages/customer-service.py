"""Streamlit opens this file instead of the door when a link to the page is the first visit after a server start.

It looks for page files beside `app.py` before `app.py` has said where they are; without a file of this name it shows
"page not found" over the right page. So this one goes through the door like everybody else.
"""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "app.py"))
