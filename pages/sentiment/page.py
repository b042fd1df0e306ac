"""Sentiment: judge a text or a table, see what moves over time and about what, and how far that can be trusted."""

from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.views import views
from pages.sentiment.aspects_view import aspects_view
from pages.sentiment.choices import DOMAIN, answering
from pages.sentiment.data_view import data_view
from pages.sentiment.evidence_view import evidence_view
from pages.sentiment.model_view import model_view
from pages.sentiment.own_view import own_view
from pages.sentiment.trends_view import trends_view
from pages.sentiment.trust_view import trust_view
from pages.sentiment.try_view import try_view

header(DOMAIN, answering())
views(
    "sentiment",
    {
        "try": try_view,
        "data": data_view,
        "trends": trends_view,
        "aspects": aspects_view,
        "trust": trust_view,
        "own": own_view,
        "evidence": evidence_view,
        "model": model_view,
    },
)
