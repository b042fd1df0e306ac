"""No identifier is left in any byte, the new file opens everywhere, and the picture is the same."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom import DataElement, Dataset, Sequence, uid
from pydicom.datadict import DicomDictionary, RepeatersDictionary, keyword_dict
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.tag import Tag

from bigmodel_apps.locales import LANGUAGES, message
from bigmodel_apps.problems import InputError
from bigmodel_apps.vision import dicom
from bigmodel_apps.vision.pictures import Limits, Window
from tests.vision import made

ROOT = Path(__file__).parents[2]
SECRET = "QXVZ"  # begins everything that names somebody in these files
DATE, CLOCK, NUMBER = "19470312", "041759", "73519482"
SECRETS = [
    SECRET.encode(),
    *(SECRET.encode(encoding) for encoding in ("utf-16-le", "utf-16-be")),
    *map(str.encode, (DATE, CLOCK, NUMBER)),
]
TEXT = {
    "AE": SECRET, "CS": SECRET, "LO": f"{SECRET} Hospital", "LT": f"{SECRET} was here", "PN": f"{SECRET}^王^小东=张=李",
    "SH": SECRET, "ST": SECRET, "UC": SECRET, "UR": f"http://{SECRET}", "UT": SECRET, "UI": f"1.2.{NUMBER}",
    "DA": DATE, "TM": CLOCK, "DT": DATE + CLOCK, "AS": "047Y", "IS": NUMBER, "DS": NUMBER,
    "OB": SECRET.encode() * 4, "OW": SECRET.encode() * 4, "UN": SECRET.encode() * 4,
}  # fmt: skip
NEEDED = {  # without these there is no image to make a new file of; their values are checked one by one
    keyword_dict[keyword]
    for keyword in (
        "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "SamplesPerPixel", "PixelData",
        "PhotometricInterpretation", "NumberOfFrames", "SOPClassUID", "SOPInstanceUID", "SpecificCharacterSet",
        "PlanarConfiguration",
    )
}  # fmt: skip
PLACES = [
    (tag, vr.split(" or ")[0])
    for tag, (vr, *_) in sorted(DicomDictionary.items())
    if tag not in NEEDED and Tag(tag).group not in (0x0000, 0x0002, 0xFFFE, 0xFFFC) and vr.split(" or ")[0] in TEXT
]
SYNTAXES = [
    uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.DeflatedExplicitVRLittleEndian,
]  # fmt: skip


def leaks(content: bytes) -> list[bytes]:
    return [secret for secret in SECRETS if secret in content]


def strictly_read(content: bytes, folder: Path) -> tuple[list[int], str]:
    """Size and bytes as GDCM reads them, which shares no code with pydicom."""
    path = folder / "second.dcm"
    path.write_bytes(content)
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    return [*reader.GetImage().GetDimensions()], reader.GetImage().GetBuffer()


def nested(depth: int, place: tuple[int, str], private: bool) -> Dataset:
    tag, vr = place
    item = Dataset()
    item.add(DataElement(tag, vr, TEXT[vr]))
    if private:
        block = item.private_block(0x0019, f"{SECRET} maker", create=True)
        block.add_new(0x10, "LO", SECRET)
    if depth:
        item.OriginalAttributesSequence = Sequence([nested(depth - 1, place, private)])
    return item


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """An image that names somebody in many places."""
    pixels = made.radiograph(seed=draw(st.integers(0, 3)))
    overlaid = draw(st.booleans())
    if overlaid:  # an overlay in the bits that the image leaves free
        pixels |= (
            np.frombuffer((SECRET * pixels.size).encode()[: pixels.size], np.uint8)
            .reshape(pixels.shape)
            .astype(np.uint16)
            << 12
        )
    found = made.dataset(pixels)
    for tag, vr in draw(st.lists(st.sampled_from(PLACES), max_size=40, unique=True)):
        found.add(DataElement(tag, vr, TEXT[vr]))
    for group in draw(st.sets(st.sampled_from([0x0009, 0x0011, 0x0029, 0x7FE1]), max_size=3)):
        block = found.private_block(group, f"{SECRET} maker", create=True)
        for element in range(draw(st.integers(1, 3))):
            block.add_new(
                element, *draw(st.sampled_from([("LO", SECRET), ("UN", SECRET.encode()), ("PN", f"{SECRET}^A")]))
            )
    for group in draw(st.sets(st.sampled_from(range(0x6000, 0x6020, 2)), max_size=3)):
        found.add(DataElement((group, 0x0022), "LO", SECRET))
        found.add(DataElement((group, 0x3000), "OW", SECRET.encode() * 8))
    if draw(st.booleans()):
        found.add(DataElement((0x5000, 0x3000), "OW", SECRET.encode() * 8))
        found.add(DataElement((0x5000, 0x0022), "LO", SECRET))
    if draw(st.booleans()):
        found.IconImageSequence = Sequence(
            [made.dataset(np.frombuffer(SECRET.encode() * 64, np.uint8).reshape(16, 16))]
        )
    sequence = draw(
        st.sampled_from(["RequestAttributesSequence", "ReferencedStudySequence", "OtherPatientIDsSequence"])
    )
    inside = draw(st.sampled_from(PLACES))
    setattr(found, sequence, Sequence([nested(draw(st.integers(0, 3)), inside, draw(st.booleans()))]))
    if draw(st.booleans()):
        found.DataSetTrailingPadding = SECRET.encode() * 4
    found.file_meta = FileMetaDataset()
    found.file_meta.SourceApplicationEntityTitle = SECRET
    found.file_meta.PrivateInformationCreatorUID = f"1.2.{NUMBER}"
    found.file_meta.PrivateInformation = SECRET.encode()
    content = made.written(found, draw(st.sampled_from(SYNTAXES)))
    return (
        (SECRET.encode() * 32)[:128]
        + content[128:]
        + (b"" if found.file_meta.TransferSyntaxUID.is_deflated else SECRET.encode() * draw(st.integers(0, 2)))
    )


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(content=files())
def test_no_identifier_is_left_and_both_readers_open_the_file(content: bytes, tmp_path: Path) -> None:
    try:
        found = dicom.deidentified(content)
    except InputError as error:  # bytes behind the last element may make a file unreadable, never leak
        assert error.problems[0].code.startswith("image-")
        return
    assert not leaks(found.content)
    again = pydicom.dcmread(io.BytesIO(found.content))
    assert again.pixel_array.shape == (48, 64)
    assert strictly_read(found.content, tmp_path)[0] == [64, 48]
    assert not leaks(repr(found.removed).encode() + repr(found.notes).encode())
    assert not leaks(repr([picture.facts for picture in dicom.read(content)]).encode())


def test_every_element_of_the_dictionary_can_name_somebody_and_none_gets_through() -> None:
    for start in range(0, len(PLACES), 800):
        part = PLACES[start : start + 800]
        found = made.dataset()
        for tag, vr in part:
            found.add(DataElement(tag, vr, TEXT[vr]))
        result = dicom.deidentified(made.written(found))
        assert not leaks(result.content)
        named = {removed.tag for removed in result.removed}
        harmless = {tag for tag, _ in part if Tag(tag) in dicom._READ}
        assert {str(Tag(tag)).replace(" ", "") for tag, _ in part if tag not in harmless} <= named


def test_every_repeating_group_goes() -> None:
    found = made.dataset()
    for mask, (vr, *_) in RepeatersDictionary.items():
        if (vr := vr.split(" or ")[0]) in TEXT and mask[:2] in ("50", "60"):
            found.add(DataElement(int(mask.replace("x", "0"), 16), vr, TEXT[vr]))
    result = dicom.deidentified(made.written(found))
    assert not leaks(result.content)
    assert {removed.why for removed in result.removed} >= {"curve", "overlay"}


@pytest.mark.parametrize("keyword", sorted(dicom._KEPT))
def test_kept_elements_take_values_of_closed_lists_only(keyword: str) -> None:
    found = made.dataset(**{keyword: SECRET})
    result = dicom.deidentified(made.written(found))
    assert not leaks(result.content)
    kept = sorted(dicom._KEPT[keyword])[0]
    again = pydicom.dcmread(io.BytesIO(dicom.deidentified(made.written(made.dataset(**{keyword: kept}))).content))
    assert again[keyword].value == kept


@pytest.mark.parametrize(
    "keyword", ["WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "PixelSpacing", "InstanceNumber"]
)
def test_text_where_numbers_belong_goes(keyword: str) -> None:
    plain = made.written(made.dataset(**{keyword: "73519482"}))
    result = dicom.deidentified(plain.replace(b"73519482", b"QXVZ^ANN"))
    assert not leaks(result.content)


def test_comments_in_compressed_frames_go(tmp_path: Path) -> None:
    grey = Image.fromarray((made.radiograph() >> 4).astype(np.uint8))
    frame = made.encoded(grey, "JPEG", comment=SECRET.encode(), quality=95)
    found = made.dataset((made.radiograph() >> 4).astype(np.uint8))
    found.PixelData = encapsulate([frame])
    content = made.written(found, uid.JPEGBaseline8Bit)
    assert SECRET.encode() in content
    result = dicom.deidentified(content)
    assert not leaks(result.content)
    shown = np.frombuffer(strictly_read(result.content, tmp_path)[1].encode("utf-8", "surrogateescape"), np.uint8)
    assert np.abs(shown.reshape(48, 64).astype(int) - np.asarray(grey)).max() <= 16


def test_new_uids_are_valid_and_follow_the_old_ones() -> None:
    uids: dict[str, str] = {}
    first, second = (
        pydicom.dcmread(
            io.BytesIO(dicom.deidentified(made.written(made.dataset(SOPInstanceUID=f"1.2.3.{number}")), uids).content)
        )
        for number in (1, 2)
    )
    assert first.StudyInstanceUID == second.StudyInstanceUID != made.dataset().StudyInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        assert uid.UID(first[keyword].value).is_valid
        assert first[keyword].value.startswith("2.25.")
    fresh = pydicom.dcmread(io.BytesIO(dicom.deidentified(made.written(made.dataset())).content))
    assert fresh.StudyInstanceUID != first.StudyInstanceUID


def test_the_new_file_says_what_it_is() -> None:
    again = pydicom.dcmread(
        io.BytesIO(dicom.deidentified(made.written(made.dataset(PatientAge="047Y", PatientSex="F"))).content)
    )
    for language in LANGUAGES:
        assert message("diagnosis-notice", language) in again.ImageComments
    assert "not removed" in again.DeidentificationMethod
    assert "PatientIdentityRemoved" not in again  # that would be a claim about the pixels too
    assert again.SOPClassUID == "1.2.840.10008.5.1.4.1.1.7"
    of_patient = {element.keyword: str(element.value) for element in again if element.tag.group == 0x0010}
    assert of_patient == {
        "PatientName": "ANONYMOUS",
        "PatientID": "ANONYMOUS",
        "PatientBirthDate": "",
        "PatientSex": "",
    }


def test_sizes_of_pixels_stay() -> None:
    given = made.dataset(PixelSpacing=[0.143, 0.2], PixelAspectRatio=["5", "7"], InstanceNumber="12")
    again = pydicom.dcmread(io.BytesIO(dicom.deidentified(made.written(given)).content))
    assert ([*again.PixelSpacing], [*again.PixelAspectRatio], again.InstanceNumber) == ([0.143, 0.2], [5, 7], 12)


def test_what_went_is_named_with_a_reason() -> None:
    found = made.dataset(
        PatientName="A^B",
        StudyDate="20200101",
        InstitutionName="X",
        DeviceSerialNumber="1",
        StudyDescription="x",
        OperatorsName="C",
    )
    found.RequestAttributesSequence = Sequence([Dataset()])
    found.private_block(0x0011, "maker", create=True).add_new(1, "LO", "x")
    whys = {removed.name or removed.tag: removed.why for removed in dicom.deidentified(made.written(found)).removed}
    assert whys == {
        "PatientName": "patient", "StudyDate": "date", "InstitutionName": "place", "DeviceSerialNumber": "device",
        "StudyDescription": "text", "OperatorsName": "person", "RequestAttributesSequence": "nested",
        "(0011,0010)": "private", "(0011,1001)": "private", "SOPInstanceUID": "uid", "StudyInstanceUID": "uid",
        "SeriesInstanceUID": "uid", "MediaStorageSOPInstanceUID": "header",
    } | {key: why for key, why in whys.items() if key == "MediaStorageSOPInstanceUID"}  # fmt: skip


def test_complaints_about_a_file_quote_nothing_of_it(tmp_path: Path) -> None:
    """In a process of its own: what a server would write to its log."""
    found = made.dataset(PatientName=f"{SECRET}^A", SpecificCharacterSet=SECRET, StudyDate="20200101")
    content = made.written(found).replace(b"20200101", b"QXVZ0101")
    (tmp_path / "whole.dcm").write_bytes(content)
    (tmp_path / "cut.dcm").write_bytes(content[:-500])
    code = """
import logging, sys, traceback
from pathlib import Path
from bigmodel_apps.problems import InputError
from bigmodel_apps.vision import reading
logging.basicConfig(level=logging.DEBUG)
for path in map(Path, sys.argv[1:]):
    try:
        print(reading.read_file(path)[0].size)
    except InputError:
        traceback.print_exc()
"""
    files = [str(tmp_path / name) for name in ("whole.dcm", "cut.dcm")]
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "(64, 48)" in done.stdout
    assert "image-dicom-corrupt" in done.stderr
    assert SECRET not in done.stdout + done.stderr


# --- The picture stays the same --------------------------------------------------------------------------------------


def shown(found: Dataset, syntax: uid.UID = uid.ExplicitVRLittleEndian) -> Iterator[tuple[Any, Any]]:
    """Each frame as read from the file and from the file made of it."""
    content = made.written(found, syntax)
    first, second = dicom.read(content), dicom.read(dicom.deidentified(content).content)
    assert len(first) == len(second)
    return zip(first, second, strict=True)


def assert_same(found: Dataset, syntax: uid.UID = uid.ExplicitVRLittleEndian) -> Any:
    for before, after in shown(found, syntax):
        np.testing.assert_allclose(before.pixels, after.pixels, atol=1e-4)
    return before


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_windows_and_rescale(syntax: uid.UID) -> None:
    found = made.dataset(
        WindowCenter=["40", "1000"], WindowWidth=["400", "2000"], RescaleSlope="2", RescaleIntercept="-1000"
    )
    picture = assert_same(found, syntax)
    values = made.radiograph().astype(float) * 2 - 1000
    np.testing.assert_allclose(picture.source.values, values, atol=0.01)
    np.testing.assert_allclose(picture.pixels, np.clip((values - 39.5) / 399 + 0.5, 0, 1), atol=1e-4)
    assert picture.source.windows == (Window(40, 400), Window(1000, 2000))
    wide = picture.windowed(picture.source.windows[1])
    np.testing.assert_allclose(wide.pixels, np.clip((values - 999.5) / 1999 + 0.5, 0, 1), atol=1e-4)
    assert [note.code for note in picture.notes] == ["image-dicom-windows"]


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_pydicom_shows_the_new_file_like_the_old_one(function: str, photometric: str) -> None:
    found = made.dataset(
        WindowCenter="1500", WindowWidth="1000", VOILUTFunction=function, PhotometricInterpretation=photometric
    )
    again = pydicom.dcmread(io.BytesIO(dicom.deidentified(made.written(found)).content))
    before, after = (
        pydicom.pixels.apply_voi_lut(pydicom.pixels.apply_modality_lut(each.pixel_array, each), each).astype(float)
        / 4095
        for each in (found, again)
    )
    np.testing.assert_allclose(1 - before if photometric == "MONOCHROME1" else before, after, atol=2e-3)


def test_low_values_are_bright_in_monochrome1() -> None:
    plain, inverted = (
        assert_same(made.dataset(PhotometricInterpretation=kind)) for kind in ("MONOCHROME2", "MONOCHROME1")
    )
    np.testing.assert_allclose(inverted.pixels, 1 - plain.pixels, atol=1e-3)


def test_signed_values_in_fewer_bits() -> None:
    values = made.radiograph().astype(np.int16) - 2048
    stored = (values & 0xFFF).astype(np.uint16).view(np.int16)
    picture = assert_same(made.dataset(stored, PixelRepresentation=1))
    np.testing.assert_allclose(picture.source.values, values)


def test_padding_does_not_count_for_the_range() -> None:
    values = made.radiograph().astype(np.int16) // 4 + 100
    values[:8] = -2000
    picture = assert_same(
        made.dataset(values, PixelRepresentation=1, BitsStored=16, HighBit=15, PixelPaddingValue=-2000)
    )
    assert picture.pixels[:8].max() == 0
    assert picture.pixels[8:].mean() > 0.2
    assert picture.source.windows[0].width < 1100


def test_lookup_tables_are_applied_and_do_not_travel() -> None:
    table = Dataset()
    table.LUTDescriptor, table.ModalityLUTType = [4096, 0, 16], "US"
    table.LUTData = (np.linspace(0, 1, 4096) ** 2 * 60_000).astype("<u2").tobytes()
    table["LUTData"].VR = "OW"
    picture = assert_same(made.dataset(ModalityLUTSequence=Sequence([table])))
    expected = (np.linspace(0, 1, 4096) ** 2 * 60_000)[made.radiograph()]
    np.testing.assert_allclose(picture.source.values, expected, atol=1)
    voi = Dataset()
    voi.LUTDescriptor, voi.LUTData = [4096, 0, 8], np.arange(256).repeat(16).astype("<u2").tobytes()
    voi["LUTData"].VR = "OW"
    picture = assert_same(made.dataset(VOILUTSequence=Sequence([voi])))
    assert "image-dicom-table-applied" in [note.code for note in picture.notes]
    assert np.corrcoef(picture.pixels.ravel(), made.radiograph().ravel())[0, 1] > 0.99


def test_many_frames_and_the_window_of_enhanced_files(tmp_path: Path) -> None:
    frames = np.stack([made.radiograph(seed=seed) for seed in range(5)])
    voi, groups = Dataset(), Dataset()
    voi.WindowCenter, voi.WindowWidth = "2000", "1000"
    groups.FrameVOILUTSequence = Sequence([voi])
    found = made.dataset(frames, SharedFunctionalGroupsSequence=Sequence([groups]))
    pictures = dicom.read(made.written(found), Limits(max_frames=3))
    assert [(picture.frame, picture.frames) for picture in pictures] == [(0, 5), (1, 5), (2, 5)]
    assert pictures[0].source is not None
    assert pictures[0].source.windows == (Window(2000, 1000),)
    assert "image-frames-left-out" in [note.code for note in pictures[0].notes]
    content = dicom.deidentified(made.written(found)).content
    assert strictly_read(content, tmp_path)[0] == [64, 48, 5]
    assert_same(found)


@pytest.mark.parametrize("frames", [1, 3])
def test_colour_in_both_layouts(frames: int, tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (frames, 20, 24, 3), dtype=np.uint8)
    for planar in (0, 1):
        found = made.dataset(
            np.zeros((20, 24), np.uint8), SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=planar
        )
        found.NumberOfFrames = frames
        found.PixelData = (colours if planar == 0 else colours.transpose(0, 3, 1, 2)).tobytes()
        picture = assert_same(found)
        np.testing.assert_allclose(picture.pixels, colours[-1] / np.float32(255), atol=1e-6)
        strictly_read(dicom.deidentified(made.written(found)).content, tmp_path)


def test_palettes_and_luma_become_rgb() -> None:
    levels = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (32, 1))
    found = made.dataset(levels, PhotometricInterpretation="PALETTE COLOR")
    for name, table in zip(
        ("Red", "Green", "Blue"), (np.arange(256), np.arange(256)[::-1], np.zeros(256)), strict=True
    ):
        setattr(found, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
        setattr(found, f"{name}PaletteColorLookupTableData", table.astype(np.uint8).tobytes())
    picture = assert_same(found)
    np.testing.assert_allclose(picture.pixels[0, :, 0] * 255, levels[0], atol=0.5)
    np.testing.assert_allclose(picture.pixels[0, :, 1] * 255, 255 - levels[0], atol=0.5)


def test_a_lossless_jpeg_of_another_program(tmp_path: Path) -> None:
    source, target = tmp_path / "plain.dcm", tmp_path / "lossless.dcm"
    source.write_bytes(made.written(made.dataset(made.radiograph())))
    reader, writer, change = gdcm.ImageReader(), gdcm.ImageWriter(), gdcm.ImageChangeTransferSyntax()
    reader.SetFileName(str(source))
    assert reader.Read()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer.SetFileName(str(target))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    picture = dicom.read(target.read_bytes())[0]
    assert picture.source is not None
    np.testing.assert_array_equal(picture.source.values, made.radiograph())


def test_facts_are_coarse() -> None:
    def facts(**elements: Any) -> Any:
        return dicom.read(made.written(made.dataset(**elements)))[0].facts

    assert facts(PatientAge="003Y", BodyPartExamined="CHEST", ViewPosition="PA") == {
        "bits": 12, "photometric": "MONOCHROME2", "modality": "CR", "age_group": "child", "body_part": "CHEST", "view": "PA",
    }  # fmt: skip
    assert facts(PatientAge="008M")["age_group"] == "infant"
    assert facts(PatientBirthDate="19800101", StudyDate="20200101")["age_group"] == "adult"
    assert "age_group" not in facts(PatientAge="old")


def test_burned_in_text_is_said_when_the_file_says_so() -> None:
    notes = dicom.deidentified(made.written(made.dataset(BurnedInAnnotation="YES"))).notes
    assert "image-burned-in-declared" in [note.code for note in notes]


# --- Bad files -------------------------------------------------------------------------------------------------------


def refused(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        dicom.read(content, limits or Limits())
    return caught.value.problems[0].code


def test_what_is_no_image_says_so() -> None:
    report = made.dataset()
    del report.PixelData
    assert refused(made.written(report)) == "image-dicom-no-pixels"
    assert refused(made.written(made.dataset(PhotometricInterpretation=SECRET))) == "image-dicom-photometric"
    assert refused(made.written(made.dataset(BitsAllocated=32))) == "image-dicom-bits"
    assert refused(made.written(made.dataset(np.zeros((4, 4), np.uint16)))) == "image-too-small"
    assert refused(made.written(made.dataset(Rows=40_000, Columns=40_000))) == "image-too-many-pixels"
    assert refused(made.written(made.dataset(NumberOfFrames=90_000))) == "image-too-many-pixels"


def test_a_deflated_bomb_is_not_unpacked() -> None:
    found = made.dataset()
    found.add_new(0x00420011, "OB", b"\0" * 40_000_000)
    content = made.written(found, uid.DeflatedExplicitVRLittleEndian)
    assert len(content) < 100_000
    assert refused(content, Limits(max_bytes=1_000_000)) == "image-dicom-corrupt"


def test_frames_larger_than_the_file_says_are_not_decoded() -> None:
    found = made.dataset(np.zeros((48, 64), np.uint8))
    found.PixelData = encapsulate([made.encoded(Image.new("L", (4_000, 4_000)), "JPEG")])
    assert refused(made.written(found, uid.JPEGBaseline8Bit)) == "image-dicom-corrupt"
    found.PixelData = encapsulate([made.encoded(Image.new("L", (4_000, 4_000)), "JPEG2000", no_jp2=True)])
    assert refused(made.written(found, uid.JPEG2000)) == "image-dicom-corrupt"
    runs = np.array([1, 64, *[0] * 14], dtype="<u4").tobytes() + b"\x81\x00" * 500_000
    found.PixelData = encapsulate([runs])
    assert refused(made.written(found, uid.RLELossless)) == "image-dicom-corrupt"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_broken_files_are_refused_or_read_never_worse(data: st.DataObject) -> None:
    content = bytearray(made.written(made.dataset(PatientName="A^B")))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, 900))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(140, len(content)))
    try:
        pictures = dicom.read(bytes(content[:cut]))
    except InputError:
        return
    assert all(np.isfinite(picture.pixels).all() for picture in pictures)
