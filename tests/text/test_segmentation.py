import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.text.language import detect, han_share
from bigmodel_apps.text.segmentation import character_hashes, normalize, word_hashes, words

any_text = st.text(max_size=200)


def test_english_words_are_stemmed_and_stop_words_left_out() -> None:
    assert [word.term for word in words("How do I return the parcels?")] == ["return", "parcel"]


def test_chinese_words_come_from_the_dictionary() -> None:
    assert [word.term for word in words("我的信用卡丢了怎么办")] == ["信用卡", "丢"]


def test_digits_beside_chinese_are_words_of_their_own() -> None:
    assert {word.term for word in words("308分以内退款")} >= {"308", "退款"}


def test_full_width_and_case_do_not_matter() -> None:
    assert np.array_equal(word_hashes("ＶＰＮ 断线"), word_hashes("vpn 断线"))


@given(any_text)
def test_words_stand_where_they_say(text: str) -> None:
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)


@given(st.text(alphabet="abc 退货信用卡ＡＢ１２", max_size=60))
def test_a_word_is_the_text_at_its_place(text: str) -> None:
    for word in words(text):
        shown = normalize(text[word.start : word.end])
        assert shown.startswith(word.term[:2])


@given(any_text, st.sampled_from(["en", "zh"]))
def test_character_ngrams_count(text: str, language: str) -> None:
    hashes = character_hashes(text, language)  # type: ignore[arg-type]
    assert hashes.dtype == np.uint64
    folded = " ".join("".join(c if c.isalnum() else " " for c in normalize(text)).split())
    if language == "en" and folded.isascii() and folded:
        length = len(folded) + 2
        assert len(hashes) == sum(max(length - size + 1, 0) for size in (3, 4, 5))


def test_same_text_same_hashes_other_text_others() -> None:
    assert np.array_equal(character_hashes("退货运费", "zh"), character_hashes("退货，运费", "zh")) is False
    assert set(character_hashes("退货", "zh").tolist()) < set(character_hashes("退货费", "zh").tolist())


def test_language_of_mixed_text() -> None:
    assert detect("我的 VPN client 连不上") == "zh"
    assert detect("How do I say 你好 in a mail?") == "en"
    assert detect("12345 !?") == "en"
    assert han_share("") == 0.0


@given(any_text)
def test_han_share_is_a_share(text: str) -> None:
    assert 0.0 <= han_share(text) <= 1.0
