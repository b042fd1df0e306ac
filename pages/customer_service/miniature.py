"""The domain's live result on the overview: its first sample question, answered by the resident model now."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.customer_service.explanation import matches
from bigmodel_apps.customer_service.questions import samples
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.ui.highlight import Span, escape, mark
from bigmodel_apps.ui.language import current, percent, t


def draw() -> None:
    """Question, the sentence that answers it, and how sure we are."""
    tenant = Options().knowledge
    question = next(iter(samples(tenant, current()).values()))
    output: Output = runtime.predict("customer_service", [Input(question=question)])[0]
    st.markdown(f":material/person: {escape(question)}")
    if output.citations:
        quoted = output.citations[0].text
        st.markdown(
            ":material/support_agent: " + mark(quoted, [Span(*place, "good") for place in matches(question, quoted)])
        )
    else:
        st.markdown(":material/support_agent: " + t(f"cs-say-{output.outcome}"))
    st.caption(t("cs-miniature", confidence=percent(output.confidence), tenant=t(f"cs-tenant-{tenant}")))
