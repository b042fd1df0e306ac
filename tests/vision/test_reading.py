"""Every kind of picture is read by its content, and every bad file is refused in words, before it costs anything."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from bigmodel_apps.problems import InputError
from bigmodel_apps.vision import burned_in, reading
from bigmodel_apps.vision.pictures import Limits, Picture, Values, Window, framed, square
from tests.vision import made

GREY = Image.fromarray((made.radiograph(80, 60) >> 4).astype(np.uint8))
COLOUR = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))
FORMATS = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp", "TIFF": "tiff"}


def read(data: bytes, **limits: int) -> Picture:
    return reading.read(data, "picture.xyz", Limits(**limits))[0]


def codes(picture: Picture) -> list[str]:
    return [note.code for note in picture.notes]


def refused(data: bytes, **limits: int) -> str:
    with pytest.raises(InputError) as caught:
        read(data, **limits)
    assert caught.value.problems[0].field == "picture.xyz"
    return caught.value.problems[0].code


@pytest.mark.parametrize(("format", "kind"), FORMATS.items())
def test_formats_are_told_by_content(format: str, kind: str) -> None:
    grey, colour = read(made.encoded(GREY, format)), read(made.encoded(COLOUR, format, quality=95))
    assert (grey.kind, grey.size, grey.colour) == (kind, (80, 60), False)
    assert (colour.kind, colour.colour) == (kind, True)
    assert np.abs(grey.pixels - np.asarray(GREY) / 255).max() < 0.06
    assert grey.pixels.dtype == np.float32
    assert not grey.notes


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_every_mode_gives_the_same_picture(mode: str) -> None:
    if mode in ("I;16", "I", "F"):
        values = np.asarray(GREY).astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]) * 16
        image = Image.fromarray(values)
    else:
        image = GREY.convert("RGB").convert(mode) if mode in ("CMYK", "YCbCr") else GREY.convert(mode)
    picture = read(made.encoded(image, "TIFF"))
    assert not picture.colour
    low, high = picture.pixels.min(), picture.pixels.max()
    assert 0 <= low < 0.1
    assert 0.9 < high <= 1
    if mode != "1":
        assert np.corrcoef(picture.pixels.ravel(), np.asarray(GREY).ravel())[0, 1] > 0.999


def test_sixteen_bits_are_spread_over_those_in_use() -> None:
    picture = read(made.encoded(Image.fromarray(made.radiograph()), "PNG"))
    np.testing.assert_allclose(picture.pixels, made.radiograph() / 4095, atol=1e-6)
    assert picture.facts["bits"] == 12
    assert codes(picture) == ["image-depth-guessed"]
    full = read(made.encoded(Image.fromarray(made.radiograph() * np.uint16(16)), "PNG"))
    assert full.facts["bits"] == 16
    assert not full.notes


def test_numbers_that_are_none_are_drawn_black() -> None:
    values = made.radiograph().astype(np.float32)
    values[0, 0], values[0, 1] = np.nan, np.inf
    picture = read(made.encoded(Image.fromarray(values), "TIFF"))
    assert np.isfinite(picture.pixels).all()
    assert codes(picture) == ["image-range-stretched"]
    assert refused(made.encoded(Image.fromarray(np.full((32, 32), np.nan, np.float32)), "TIFF")) == "image-corrupt"


def test_cmyk_jpegs_say_so() -> None:
    assert "image-cmyk" in codes(read(made.encoded(GREY.convert("CMYK"), "JPEG")))


@pytest.mark.parametrize(("orientation", "degrees"), [(3, 180), (6, 90), (8, 270)])
def test_exif_turns_and_goes(orientation: int, degrees: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x010F] = orientation, "QXVZ", "QXVZ"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)
    picture = read(made.encoded(GREY, "JPEG", exif=exif, comment=b"QXVZ", quality=95))
    upright = np.rot90(np.asarray(GREY), -degrees // 90) / 255
    assert np.abs(picture.pixels - upright).max() < 0.06
    assert picture.size == upright.shape[::-1]
    assert (picture.facts["turned"], codes(picture)) == (degrees, ["image-turned"])
    assert {(removed.tag, removed.name, removed.why) for removed in picture.removed} == {
        ("EXIF", "Artist", "person"), ("EXIF", "Make", "device"), ("EXIF", "GPSLatitude", "place"), ("Comment", "", "text"),
    }  # fmt: skip
    assert "QXVZ" not in repr(picture.removed) + repr(picture.facts)
    stream = io.BytesIO()
    picture.image().save(stream, "PNG")
    assert b"QXVZ" not in stream.getvalue()


def test_text_in_png_goes() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author QXVZ", "QXVZ")
    removed = read(made.encoded(GREY, "PNG", pnginfo=text)).removed
    assert [each.tag for each in removed] == ["PNG text"]
    assert "QXVZ" not in repr(removed)


def test_transparent_parts_are_black() -> None:
    image = GREY.convert("RGBA")
    image.paste((255, 255, 255, 0), (0, 0, 20, 20))
    picture = read(made.encoded(image, "PNG"))
    assert picture.pixels[:20, :20].max() == 0
    assert codes(picture) == ["image-transparent"]
    assert not codes(read(made.encoded(GREY.convert("RGBA"), "PNG")))


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_moving_pictures_the_first_is_read(format: str) -> None:
    frames = [Image.fromarray(np.full((32, 32), level, np.uint8)) for level in (10, 200, 90)]
    data = made.encoded(frames[0], format, save_all=True, append_images=frames[1:])
    pictures = reading.read(data, "x.gif")
    assert len(pictures) == 1
    assert pictures[0].frames == 3
    assert codes(pictures[0]) == ["image-animated"]
    assert pictures[0].pixels.mean() < 0.1


def test_pages_of_a_tiff() -> None:
    pages = [Image.fromarray(np.full((32, 32 + page), 40 * page, np.uint8)) for page in range(5)]
    data = made.encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [picture.size for picture in reading.read(data, "x")] == [(32 + page, 32) for page in range(5)]
    few = reading.read(data, "x", Limits(max_frames=2))
    assert [picture.frame for picture in few] == [0, 1]
    assert codes(few[0]) == ["image-frames-left-out"]


def test_large_pictures_are_shrunk_and_say_so() -> None:
    picture = read(made.encoded(Image.new("RGB", (900, 300), (200, 10, 10)), "PNG"), max_side=300)
    assert picture.pixels.shape == (100, 300, 3)
    assert picture.size == (900, 300)
    assert codes(picture) == ["image-shrunk"]


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more than it holds."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (8_000, 8_000), (2**31 - 1, 2**31 - 1)])
def test_huge_pictures_are_refused_before_they_are_decoded(width: int, height: int) -> None:
    tracemalloc.start()
    assert refused(bomb(width, height)) in ("image-too-many-pixels", "image-corrupt")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_bad_files() -> None:
    assert refused(b"") == "image-empty"
    assert refused(b"\x00" * 5_000) == "image-unsupported"
    assert refused(b"%PDF-1.7 not a picture") == "image-unsupported"
    assert refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "image-unsupported"
    assert refused(made.encoded(GREY, "BMP")) == "image-unsupported"
    assert refused(made.encoded(Image.new("L", (1, 1)), "PNG")) == "image-too-small"
    assert refused(made.encoded(GREY, "PNG"), max_bytes=100) == "image-too-large"
    for format in FORMATS:
        data = made.encoded(COLOUR, format)
        assert refused(data[: len(data) // 2]) in ("image-corrupt", "image-unsupported")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "no.png", "image-not-found"), (tmp_path, "image-unreadable")):
        with pytest.raises(InputError) as caught:
            reading.read_file(path)
        assert caught.value.problems[0].code == code
    (tmp_path / "picture.dcm").write_bytes(made.encoded(GREY, "PNG"))
    assert reading.read_file(tmp_path / "picture.dcm")[0].kind == "png"


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(sorted(FORMATS)))
def test_broken_bytes_are_refused_or_read_never_worse(data: st.DataObject, format: str) -> None:
    content = bytearray(made.encoded(GREY, format))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pictures = reading.read(bytes(content), "x")
    except InputError as error:
        assert error.problems[0].code.startswith("image-")
        return
    assert all(np.isfinite(picture.pixels).all() and picture.pixels.min() >= 0 for picture in pictures)


def test_square_is_the_middle_resized() -> None:
    pixels = np.zeros((40, 100), np.float32)
    pixels[:, 30:70] = 1
    assert square(pixels, 20).shape == (20, 20)
    assert square(pixels, 20).min() > 0.9
    assert square(np.zeros((64, 48, 3), np.float32), 28).shape == (28, 28, 3)


# --- Text burned in --------------------------------------------------------------------------------------------------

LINES = ["DOE, JANE F 1947-03-12", "MRN 73519482", "ST. MARY HOSPITAL"]


@pytest.mark.parametrize("text", LINES)
@pytest.mark.parametrize("size", [12, 16, 24, 36])
@pytest.mark.parametrize("place", [(8, 8), (150, 8), (8, 440)])
def test_text_at_the_border_is_suspected(text: str, size: int, place: tuple[int, int]) -> None:
    background = made.radiograph(512, 512, seed=3)
    under = background[place[1] : place[1] + size, place[0] : place[0] + 200]
    image = made.annotated(background, text, size, place, fill=0 if under.mean() > 2_048 else 255)
    assert burned_in.suspected(np.asarray(image).astype(np.float32) / 255)


@pytest.mark.parametrize("seed", range(12))
def test_tissue_noise_and_a_side_marker_are_not_suspected(seed: int) -> None:
    generator = np.random.default_rng(seed)
    plain = made.radiograph(512, 400, seed=seed)
    assert not burned_in.suspected(plain / np.float32(4095))
    assert not burned_in.suspected(np.asarray(made.annotated(plain, "L", 40, (20, 20))).astype(np.float32) / 255)
    assert not burned_in.suspected(generator.random((400, 400)).astype(np.float32))


def test_a_view_magnifies_without_inventing_pixels_and_is_black_where_the_picture_ends() -> None:
    pixels = np.arange(8 * 4, dtype=np.float32).reshape(4, 8) / 31
    whole = framed(pixels, 80)
    assert whole.shape == (80, 80)
    assert not whole[:20].any()
    assert not whole[60:].any()
    assert set(np.unique(whole)) <= set(np.unique((pixels * 255 + 0.5).astype(np.uint8)))
    corner = framed(pixels, 80, zoom=4, across=1.0, down=1.0)
    assert corner[-1, -1] == 255
    assert len(np.unique(corner)) == 4
    assert framed(np.zeros((300, 200, 3), np.float32), 64, 2.0).shape == (64, 64, 3)


@given(st.floats(1, 8), st.floats(0, 1), st.floats(0, 1), st.integers(16, 90), st.integers(16, 90))
def test_a_view_of_an_even_picture_is_even(zoom: float, across: float, down: float, height: int, width: int) -> None:
    side = min(height, width)
    view = framed(np.full((side, side), 0.5, np.float32), 32, zoom, across, down)
    assert set(np.unique(view)) == {128}


def test_a_range_is_drawn_in_full_depth() -> None:
    values = np.array([[1000, 1001], [1002, 1003]], dtype=np.float32)
    source = Values(values, (Window(1001.5, 4),))
    picture = Picture(np.zeros((2, 2), np.float32), "dicom", 0, 1, (2, 2), source=source)
    assert picture.range == (1000, 1003)
    np.testing.assert_allclose(picture.between(1000, 1003).pixels, [[0, 1 / 3], [2 / 3, 1]], atol=1e-6)
    plain = Picture(np.array([[0.25, 0.5]], np.float32), "png", 0, 1, (2, 1))
    np.testing.assert_allclose(plain.between(*plain.range).pixels, [[0, 1]])
    assert np.isfinite(plain.between(0.5, 0.5).pixels).all()
