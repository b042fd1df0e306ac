from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.text.gloss import gloss


def test_words_that_mean_alike_are_glossed_alike() -> None:
    assert set(gloss("钱包", wide=True).split()) & set(gloss("皮夹", wide=True).split())


def test_question_words_and_negation_survive() -> None:
    assert gloss("怎么退货").startswith("how")
    assert "not" in gloss("没有收到货").split()
    assert "how much" in gloss("运费多少")


def test_what_is_not_chinese_stays() -> None:
    assert "vpn" in gloss("VPN 断线").split()
    assert gloss("plain English") == "plain english"


def test_wide_glosses_hold_the_narrow_ones() -> None:
    for word in ("退款", "密码", "工资"):
        assert gloss(word) in gloss(word, wide=True)


@given(st.text(max_size=100))
def test_no_chinese_is_left_and_nothing_is_raised(text: str) -> None:
    assert not any("一" <= character <= "鿿" for character in gloss(text))
