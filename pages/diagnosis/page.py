"""Image diagnosis: an image in, and an answer, "not sure" or "not the kind of image I know" out."""

from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.views import views
from pages.diagnosis.choices import DOMAIN, answering
from pages.diagnosis.evidence_view import evidence_view
from pages.diagnosis.try_view import try_view

header(DOMAIN, answering())
views("diagnosis", {"try": try_view, "evidence": evidence_view})
