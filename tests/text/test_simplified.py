"""Traditional characters to simplified ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.text.simplified import simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("這間酒店環境很好，服務一流", "这间酒店环境很好，服务一流"),
        ("電腦運行緩慢，還會發熱", "电脑运行缓慢，还会发热"),
        ("聽說裡面有蟲", "听说里面有虫"),
    ],
)
def test_traditional_becomes_simplified(text: str, expected: str) -> None:
    assert simplified(text) == expected


def test_simplified_text_stays_the_same_object() -> None:
    text = "乾隆年间的着装，后面还有 VPN"
    assert simplified(text[:2] + text[2:]) == text
    plain = "这家店不错"
    assert simplified(plain) is plain


@given(st.text())
def test_length_is_kept(text: str) -> None:
    assert len(simplified(text)) == len(text)
