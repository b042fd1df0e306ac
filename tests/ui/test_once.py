"""What a process does once for each page."""

from __future__ import annotations

import gc
from uuid import uuid4

from bigmodel_apps.ui.once import settle


def test_what_a_page_brought_is_left_out_of_later_collections_once() -> None:
    page = uuid4().hex
    try:
        settle(page)
        kept = gc.get_freeze_count()
        assert kept > 0
        gc.unfreeze()
        settle(page)
        assert gc.get_freeze_count() == 0
    finally:
        gc.unfreeze()
