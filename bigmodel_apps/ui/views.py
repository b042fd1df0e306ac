"""The views of a page: one segmented control, kept in the address. A hidden view is not drawn at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bigmodel_apps.ui import address
from bigmodel_apps.ui.language import t


def views(page: str, views: Mapping[str, Callable[[], object]]) -> None:
    """Draw the switch of the page's views and the chosen view.

    Args:
        page: Address of the page, such as ``customer-service``.
        views: Name in the address to the function that draws the view, in the order shown; the first opens first.
            The label is the message ``view-<name>``. The order is the same on every page: ``try``, ``data``, views
            of the domain, ``evidence``, ``model``.
    """
    names = list(views)
    view = address.switch(t("views-switch"), "view", names, names[0], lambda name: t(f"view-{name}"), scope=page)
    views[view]()
