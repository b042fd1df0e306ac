"""Fraud scoring: yesterday's alerts, a file of one's own, what thresholds cost, and how far all that can be trusted."""

from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.views import views
from pages.fraud.choices import DOMAIN, answering
from pages.fraud.data_view import data_view
from pages.fraud.drift_view import drift_view
from pages.fraud.evidence_view import evidence_view
from pages.fraud.live_view import live_view
from pages.fraud.model_view import model_view
from pages.fraud.money_view import money_view
from pages.fraud.queue_view import queue_view
from pages.fraud.segments_view import segments_view
from pages.fraud.what_if_view import what_if_view

header(DOMAIN, answering())
views(
    "fraud",
    {
        "queue": queue_view,
        "data": data_view,
        "money": money_view,
        "what-if": what_if_view,
        "drift": drift_view,
        "segments": segments_view,
        "live": live_view,
        "evidence": evidence_view,
        "model": model_view,
    },
)
