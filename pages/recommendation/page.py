"""Recommendation: what somebody may want next and because of what, on a shop of one's own, and how far that can be trusted."""

from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.views import views
from pages.recommendation.balance_view import balance_view
from pages.recommendation.choices import DOMAIN, answering
from pages.recommendation.customers_view import customers_view
from pages.recommendation.data_view import data_view
from pages.recommendation.evidence_view import evidence_view
from pages.recommendation.experiment_view import experiment_view
from pages.recommendation.model_view import model_view
from pages.recommendation.new_view import new_view
from pages.recommendation.products_view import products_view
from pages.recommendation.rules_view import rules_view
from pages.recommendation.try_view import try_view

header(DOMAIN, answering())
views(
    "recommendation",
    {
        "try": try_view,
        "data": data_view,
        "products": products_view,
        "balance": balance_view,
        "new": new_view,
        "rules": rules_view,
        "customers": customers_view,
        "experiment": experiment_view,
        "evidence": evidence_view,
        "model": model_view,
    },
)
