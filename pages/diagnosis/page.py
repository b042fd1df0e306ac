"""Image diagnosis: an image in, and an answer, "not sure" or "not the kind of image I know" out."""

import streamlit as st

from bigmodel_apps.diagnosis import own
from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.views import views
from pages.diagnosis.choices import DOMAIN, answering
from pages.diagnosis.compare_view import compare_view
from pages.diagnosis.data_view import data_view
from pages.diagnosis.evidence_view import evidence_view
from pages.diagnosis.measurements_view import measurements_view
from pages.diagnosis.model_view import model_view
from pages.diagnosis.own_view import own_answers, own_view
from pages.diagnosis.try_view import try_view

version = own.deployed(owner())
header(DOMAIN, answering(), escape(version.name) if version else None)
st.caption(f":material/warning: {t('diagnosis-notice')}")
own_answers()
views(
    "diagnosis",
    {
        "try": try_view,
        "data": data_view,
        "compare": compare_view,
        "measurements": measurements_view,
        "own-classes": own_view,
        "evidence": evidence_view,
        "model": model_view,
    },
)
