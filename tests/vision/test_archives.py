"""ZIPs, folders and loose files: labels are found, and what is dangerous or unusable is left out in words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bigmodel_apps.problems import InputError
from bigmodel_apps.vision import archives
from bigmodel_apps.vision.archives import ArchiveLimits
from bigmodel_apps.vision.pictures import Limits
from tests.vision import made

PNG = made.encoded(Image.fromarray(np.arange(1024, dtype=np.uint16).reshape(32, 32).astype(np.uint8)), "PNG")


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def refused(data: bytes, limits: ArchiveLimits = archives.DEFAULT_LIMITS) -> str:
    with pytest.raises(InputError) as caught:
        archives.open_zip(data, "x.zip", limits)
    return caught.value.problems[0].code


def test_labels_are_folder_names() -> None:
    files = {f"set/{label}/{number}.png": PNG for label in ("NORMAL", "PNEUMONIA") for number in range(3)}
    found = archives.open_zip(packed(files | {"set/readme": b""}), "x.zip")
    assert found.labelled_by == "folders"
    assert found.labels == ("NORMAL", "PNEUMONIA")
    assert [entry.label for entry in found.entries] == ["NORMAL"] * 3 + ["PNEUMONIA"] * 3
    assert found.read(found.entries[0]).pixels.shape == (32, 32)


@pytest.mark.parametrize("file", ["{0}.png", "{0}", "set/{0}.png", "set\\{0}.png"])
@pytest.mark.parametrize("header", ["file,label,age", "image,Diagnosis,age", "文件,诊断,年龄"])
def test_labels_come_from_a_table(file: str, header: str) -> None:
    rows = "\n".join(f"{file.format(number)},{'sick' if number % 2 else 'well'},{number}" for number in range(6))
    files = {f"set/{number}.png": PNG for number in range(7)} | {"set/labels.csv": f"{header}\n{rows}\n".encode()}
    found = archives.open_zip(packed(files), "x.zip")
    assert found.labelled_by == "table"
    assert [entry.label for entry in found.entries] == ["well", "sick"] * 3 + [None]


def test_a_table_that_does_not_fit_is_said() -> None:
    found = archives.open_zip(packed({"a.png": PNG, "notes.csv": b"a,b\n1,2\n3,4\n"}), "x.zip")
    assert found.labelled_by is None
    assert [problem.code for problem in found.left_out] == ["image-archive-table-unfit"]


def test_paths_that_lead_out_are_left_out() -> None:
    names = ["../a.png", "a/../../b.png", "/etc/c.png", "C:\\d.png", "..\\e.png", "f\x01.png"]
    found = archives.open_zip(packed(dict.fromkeys(names, PNG) | {"fine.png": PNG, "a..b.png": PNG}), "x.zip")
    assert [entry.name for entry in found.entries] == ["a..b.png", "fine.png"]
    assert {problem.code for problem in found.left_out} == {"image-archive-unsafe-name"}
    assert len(found.left_out) == len(names)


def test_bombs_are_not_unpacked() -> None:
    bomb = packed({f"{number}.png": b"\0" * 2_000_000 for number in range(20)})
    assert len(bomb) < 100_000
    assert refused(bomb, ArchiveLimits(max_unpacked=10_000_000)) == "image-archive-bomb"
    assert refused(packed({"a.png": PNG}), ArchiveLimits(max_bytes=10)) == "image-archive-too-large"
    assert (
        refused(packed({f"{number}.png": PNG for number in range(30)}), ArchiveLimits(max_entries=20))
        == "image-archive-too-many"
    )
    large = archives.open_zip(
        packed({"a.png": b"\0" * 2_000_000, "b.png": PNG}), "x.zip", ArchiveLimits(image=Limits(max_bytes=1_000_000))
    )
    assert [entry.name for entry in large.entries] == ["b.png"]


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_states() -> None:
    data = bytearray(packed({"a.png": b"\0" * 2_000_000}))
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (100).to_bytes(4, "little")
    found = archives.open_zip(bytes(data), "x.zip")
    with pytest.raises(InputError) as caught:
        found.read(found.entries[0])
    assert caught.value.problems[0].code in ("image-archive-entry-damaged", "image-unsupported")


def test_what_else_is_left_out() -> None:
    inner = packed({"a.png": PNG})
    files = {
        "a.png": PNG,
        "inner.zip": inner,
        "__MACOSX/._a.png": PNG,
        ".DS_Store": b"x",
        "empty.png": b"",
        "text.txt": b"hello",
    }
    found = archives.open_zip(packed(files), "x.zip")
    assert [entry.name for entry in found.entries] == ["a.png", "text.txt"]
    assert [problem.code for problem in found.left_out] == ["image-archive-nested"]
    with pytest.raises(InputError) as caught:
        found.read(found.entries[1])
    assert (caught.value.problems[0].code, caught.value.problems[0].field) == ("image-unsupported", "text.txt")
    assert refused(packed({"inner.zip": inner})) == "image-archive-empty"
    assert refused(b"no zip") == "image-archive-damaged"
    slow = archives.open_zip(packed({"a.png": PNG}), "x.zip")
    assert slow.entries
    assert refused(packed({"a.png": PNG}, zipfile.ZIP_LZMA)) == "image-archive-empty"


def test_locked_entries_are_left_out() -> None:
    data = bytearray(packed({"a.png": PNG, "b.png": PNG}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found = archives.open_zip(bytes(data), "x.zip")
    assert [entry.name for entry in found.entries] == ["b.png"]
    assert found.left_out[0].code == "image-archive-encrypted"


def test_chinese_names_without_the_mark_of_utf8() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for folder in ("正常胸片", "肺炎胸片"):
            archive.writestr(zipfile.ZipInfo(f"{folder}/1.png".encode("gb18030").decode("cp437")), PNG)
    data = bytearray(stream.getvalue())
    for mark, at in (
        (b"PK\x01\x02", 8),
        (b"PK\x03\x04", 6),
    ):  # as Windows writes it: bytes of its own code page, no mark
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            name = data[place + (28 if mark[2] == 1 else 26)]
            start = place + (46 if mark[2] == 1 else 30)
            assert data[start : start + name]
            data[place + at + 1] &= ~0x08
    raw = bytes(data)
    for folder in ("正常胸片", "肺炎胸片"):
        utf8 = folder.encode("gb18030").decode("cp437").encode()
        raw = raw.replace(utf8, folder.encode("gb18030").ljust(len(utf8), b"_"))
    assert {label[:2] for label in archives.open_zip(raw, "x.zip").labels} == {"正常", "肺炎"}


def test_folders_and_loose_files(tmp_path: Path) -> None:
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.png").write_bytes(PNG)
    (tmp_path / "b" / "link.png").symlink_to(tmp_path / "a" / "1.png")
    found = archives.open_folder(tmp_path)
    assert [(entry.name, entry.label) for entry in found.entries] == [("a/1.png", "a"), ("b/1.png", "b")]
    assert found.read(found.entries[1]).size == (32, 32)
    loose = archives.of_files([("1.png", PNG), ("2.png", PNG), ("l.csv", b"file,label\n1.png,x\n2.png,y\n")], "files")
    assert loose.labels == ("x", "y")
    with pytest.raises(InputError):
        archives.open_folder(tmp_path / "none")


def test_five_thousand_pictures_are_listed_at_once_and_read_one_by_one() -> None:
    found = archives.open_zip(
        packed({f"{number % 2}/{number}.png": PNG for number in range(5_000)}, zipfile.ZIP_STORED), "x.zip"
    )
    assert len(found.entries) == 5_000
    assert found.read(found.entries[-1]).pixels.shape == (32, 32)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_broken_archives_are_refused_or_read_never_worse(data: st.DataObject) -> None:
    content = bytearray(packed({"a/1.png": PNG, "b/2.png": PNG, "labels.csv": b"file,label\n1.png,x\n2.png,y\n"}))
    for _ in range(data.draw(st.integers(1, 10))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = archives.open_zip(bytes(content), "x.zip")
        for entry in found.entries:
            found.read(entry)
    except InputError as error:
        assert error.problems
