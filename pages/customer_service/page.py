"""Customer-service Q&A: ask, bring your own knowledge, see what was measured, choose the model."""

from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.views import views
from pages.customer_service.analytics_view import analytics_view
from pages.customer_service.choices import model
from pages.customer_service.data_view import data_view
from pages.customer_service.evaluate_view import evaluate_view
from pages.customer_service.evidence_view import evidence_view
from pages.customer_service.gaps_view import gaps_view
from pages.customer_service.inbox_view import inbox_view
from pages.customer_service.model_view import model_view
from pages.customer_service.try_view import try_view

header("customer_service", model())
views(
    "customer-service",
    {
        "try": try_view,
        "data": data_view,
        "inbox": inbox_view,
        "gaps": gaps_view,
        "analytics": analytics_view,
        "evaluate": evaluate_view,
        "evidence": evidence_view,
        "model": model_view,
    },
)
