"""Recommendation."""

from bigmodel_apps.ui.header import header

header("recommendation")
