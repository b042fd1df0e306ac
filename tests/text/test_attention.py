import torch
from torch.nn.functional import scaled_dot_product_attention

from bigmodel_apps.text.attention import attend

SCALING = 16**-0.5


def given(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(3, 2, 7, 16, generator=generator).to(dtype) for _ in range(3))
    mask = torch.zeros(3, 1, 7, 7, dtype=dtype)
    mask[1, ..., 4:] = torch.finfo(dtype).min  # the second text has four tokens
    return query, key, value, mask


def test_it_agrees_with_exact_attention() -> None:
    query, key, value, mask = given(torch.bfloat16)
    module = torch.nn.Module().eval()
    for chosen in (mask, None):
        found, _ = attend(module, query, key, value, chosen, scaling=SCALING)
        exact = scaled_dot_product_attention(
            query.float(), key.float(), value.float(), None if chosen is None else chosen.float(), scale=SCALING
        )
        assert found.dtype == torch.bfloat16
        torch.testing.assert_close(found.float(), exact.transpose(1, 2), atol=0.02, rtol=0)


def test_what_is_padding_says_nothing() -> None:
    query, key, value, mask = given(torch.bfloat16)
    module = torch.nn.Module().eval()
    before, _ = attend(module, query, key, value, mask, scaling=SCALING)
    key[1, :, 4:], value[1, :, 4:] = 9, 9
    after, _ = attend(module, query, key, value, mask, scaling=SCALING)
    assert torch.equal(before, after)


def test_training_drops_out() -> None:
    query, key, value, mask = given(torch.bfloat16)
    found = [attend(torch.nn.Module(), query, key, value, mask, scaling=SCALING, dropout=0.5)[0] for _ in range(2)]
    assert not torch.equal(*found)
