"""raw/: what counts as a document, and that nothing outside it, nothing too large and nothing that expands is read."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest
from builders import RawFolder
from soak.permissions import bound_by_permissions

from capex_pipeline.raw import folder as raw_folder
from capex_pipeline.raw import untrusted_yaml
from capex_pipeline.raw.errors import DocumentError, FolderError
from capex_pipeline.raw.folder import list_files, listing_fingerprint, read_bytes, read_sidecar
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping


def names(raw: RawFolder) -> list[str]:
    return [file.name for file in list_files(raw.root)]


def refused(data: bytes | str, name: str = "articles/one.yaml") -> DocumentError:
    with pytest.raises(DocumentError) as error:
        load_yaml_mapping(data.encode() if isinstance(data, str) else data, name)
    assert name in error.value.message
    return error.value


def test_documents_are_listed_by_name_and_sidecars_readmes_and_hidden_files_are_none(raw: RawFolder) -> None:
    for name in ("b/two.csv", "b/two.meta.yaml", "a.yaml", "README.md", "b/LICENSE", ".hidden.csv", ".git/config.yaml"):
        raw.write(name, name)
    files = list_files(raw.root)
    assert [file.name for file in files] == ["a.yaml", "b/two.csv"]
    assert files[0].sidecar is None
    assert files[1].sidecar == raw.root / "b/two.meta.yaml"


def test_the_order_does_not_depend_on_when_files_were_made(tmp_path: Path) -> None:
    listings = []
    for folder, order in (("one", ["x/b.csv", "a.csv", "x/a.csv"]), ("two", ["a.csv", "x/a.csv", "x/b.csv"])):
        raw = RawFolder(tmp_path / folder)
        for name in order:
            raw.write(name, name)
        listings.append((names(raw), listing_fingerprint(raw.root)))
    assert listings[0] == listings[1]


def test_a_sidecar_without_its_document_is_listed_so_that_it_is_reported(raw: RawFolder) -> None:
    raw.write("gone.meta.yaml", "documents: []")
    assert names(raw) == ["gone.meta.yaml"]


def test_the_sidecar_is_read_as_text_and_a_document_without_one_has_none(raw: RawFolder) -> None:
    raw.write("one.csv", "value\n1")
    raw.write("one.meta.yaml", "documents: [{document_id: 0123, published: 2024-08-26}]")
    raw.write("two.csv", "value\n2")
    one, two = list_files(raw.root)
    assert read_sidecar(one, raw.root) == {"documents": [{"document_id": "0123", "published": "2024-08-26"}]}
    assert read_sidecar(two, raw.root) == {}


def test_a_document_of_exactly_the_limit_is_read_and_one_byte_more_is_not(
    raw: RawFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.write("one.csv", b"x" * 100)
    (file,) = list_files(raw.root)
    monkeypatch.setattr(raw_folder, "MAXIMUM_BYTES", 100)
    assert read_bytes(file, raw.root) == b"x" * 100
    monkeypatch.setattr(raw_folder, "MAXIMUM_BYTES", 99)
    with pytest.raises(DocumentError) as error:
        read_bytes(file, raw.root)
    assert error.value.rule == "oversized"


def test_an_oversized_document_says_its_name_and_what_to_do(raw: RawFolder) -> None:
    path = raw.write("filings/huge.csv", b"")
    os.truncate(path, raw_folder.MAXIMUM_BYTES + 1)
    (file,) = list_files(raw.root)
    with pytest.raises(DocumentError, match=r"filings/huge\.csv has more than 64 MB; split it") as error:
        read_bytes(file, raw.root)
    assert error.value.rule == "oversized"


@pytest.mark.parametrize("target", ["../secret.csv", "/etc/hostname"])
def test_a_link_that_leads_out_is_not_read(raw: RawFolder, target: str) -> None:
    (raw.root.parent / "secret.csv").write_text("value\n1")
    (raw.root / "link.csv").symlink_to(target)
    (file,) = list_files(raw.root)
    with pytest.raises(
        DocumentError, match=r"link\.csv is a link that leads out of raw/; put the document itself there"
    ) as error:
        read_bytes(file, raw.root)
    assert error.value.rule == "outside_raw"


def test_a_sidecar_that_leads_out_is_not_read(raw: RawFolder) -> None:
    (raw.root.parent / "secret.yaml").write_text("documents: []")
    raw.write("one.csv", "value\n1")
    (raw.root / "one.meta.yaml").symlink_to("../secret.yaml")
    (file,) = list_files(raw.root)
    with pytest.raises(DocumentError, match=r"one\.meta\.yaml is a link that leads out") as error:
        read_sidecar(file, raw.root)
    assert error.value.rule == "outside_raw"


def test_a_folder_beside_raw_with_the_same_beginning_is_outside(raw: RawFolder) -> None:
    (raw.root.parent / "raw_private").mkdir()
    (raw.root.parent / "raw_private" / "a.csv").write_text("value\n1")
    (raw.root / "a.csv").symlink_to("../raw_private/a.csv")
    (file,) = list_files(raw.root)
    with pytest.raises(DocumentError) as error:
        read_bytes(file, raw.root)
    assert error.value.rule == "outside_raw"


def test_raw_itself_may_be_a_link(raw: RawFolder, tmp_path: Path) -> None:
    raw.write("one.csv", "value\n1")
    linked = tmp_path / "elsewhere"
    linked.symlink_to(raw.root)
    (file,) = list_files(linked)
    assert read_bytes(file, linked) == b"value\n1"


def test_a_linked_folder_is_reported_and_not_walked(raw: RawFolder, tmp_path: Path) -> None:
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "a.csv").write_text("value\n1")
    (raw.root / "others").symlink_to(tmp_path / "others")
    (file,) = list_files(raw.root)
    assert file.name == "others"
    with pytest.raises(DocumentError) as error:
        read_bytes(file, raw.root)
    assert error.value.rule == "outside_raw"


@pytest.mark.parametrize("target", ["nowhere.csv", "loop.csv"])
def test_a_link_to_nowhere_or_to_itself_cannot_be_read(raw: RawFolder, target: str) -> None:
    (raw.root / "loop.csv").symlink_to(target)
    (file,) = list_files(raw.root)
    with pytest.raises(DocumentError, match=r"loop\.csv cannot be read") as error:
        read_bytes(file, raw.root)
    assert error.value.rule == "unreadable"
    assert listing_fingerprint(raw.root)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def _endless_device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # as /dev/zero
    except PermissionError:
        pytest.skip("only the superuser makes devices")


SPECIAL = {"pipe": os.mkfifo, "socket": _socket, "device": _endless_device}


@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_no_regular_file_is_not_read(raw: RawFolder, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes into the pipe and the device has no end, so that whatever opened one to read it would never return."""
    monkeypatch.chdir(raw.root)  # the path of a socket is short
    make = SPECIAL[kind]
    make(Path("special.csv"))
    raw.write("described.csv", "value\n1")
    make(Path("described.meta.yaml"))
    (raw.root / "below").mkdir()
    make(Path("below/link-target"))
    (raw.root / "below" / "linked.csv").symlink_to("link-target")
    files = {file.name: file for file in list_files(raw.root)}
    for name in ("special.csv", "below/link-target", "below/linked.csv"):
        with pytest.raises(DocumentError, match=rf"{name} is not a regular file; remove it") as error:
            read_bytes(files[name], raw.root)
        assert error.value.rule == "not_a_file"
    with pytest.raises(DocumentError, match=r"described\.meta\.yaml is not a regular file; remove it"):
        read_sidecar(files["described.csv"], raw.root)
    assert listing_fingerprint(raw.root)
    assert len(raw_folder.signature(raw.root)) == 5
    raw_folder.refuse_unusable(raw.root)


def test_a_document_that_may_not_be_read_is_refused_by_name(raw: RawFolder) -> None:
    raw.write("closed.csv", "value\n1").chmod(0)
    (file,) = list_files(raw.root)
    with bound_by_permissions():
        before = listing_fingerprint(raw.root)
        with pytest.raises(DocumentError, match=r"closed\.csv cannot be read: Permission denied") as error:
            read_bytes(file, raw.root)
        raw_folder.refuse_unusable(raw.root)
    assert error.value.rule == "unreadable"
    file.path.chmod(0o644)
    with bound_by_permissions():
        assert read_bytes(file, raw.root) == b"value\n1"
        assert listing_fingerprint(raw.root) != before, "that it can be read now is a change"


@pytest.mark.parametrize("mode", [0, 0o444], ids=["closed", "its files cannot be looked at"])
def test_a_folder_that_may_not_be_read_stops_the_build(raw: RawFolder, mode: int) -> None:
    raw.write("a.yaml", "x")
    raw.write("shut/b.yaml", "x")
    (raw.root / "shut").chmod(mode)
    try:
        with bound_by_permissions():
            if mode:
                (_, file) = list_files(raw.root)
                with pytest.raises(DocumentError, match=r"shut/b\.yaml cannot be read: Permission denied"):
                    read_bytes(file, raw.root)
            else:
                assert names(raw) == ["a.yaml", "shut"]
            with pytest.raises(FolderError, match=r"folder shut below .* cannot be read\. Nothing was read"):
                raw_folder.refuse_unusable(raw.root)
            assert listing_fingerprint(raw.root) and raw_folder.signature(raw.root)
    finally:
        (raw.root / "shut").chmod(0o755)


def test_a_name_that_is_no_text_is_listed_under_a_name_that_is(raw: RawFolder) -> None:
    (raw.root / os.fsdecode(b"\xff.csv")).write_bytes(b"value\n1")
    (file,) = list_files(raw.root)
    assert file.name == "\\udcff.csv"
    assert read_bytes(file, raw.root) == b"value\n1"


def test_two_names_that_are_spelled_out_alike_are_two_files(raw: RawFolder) -> None:
    (raw.root / os.fsdecode(b"bad\xff.csv")).write_bytes(b"one")
    (raw.root / "bad\\udcff.csv").write_bytes(b"two")
    assert {file.name: read_bytes(file, raw.root) for file in list_files(raw.root)} == {
        "bad\\udcff.csv": b"one",
        "bad\\\\udcff.csv": b"two",
    }


def test_every_change_of_a_file_changes_the_fingerprint_and_undoing_it_brings_it_back(raw: RawFolder) -> None:
    raw.write("one.csv", "value\n1")
    first = listing_fingerprint(raw.root)
    seen = {first}
    for change in (
        lambda: raw.write("one.csv", "value\n2"),
        lambda: raw.write("one.meta.yaml", "documents: []"),
        lambda: raw.write("one.meta.yaml", "documents: [{}]"),
        lambda: raw.write("two.csv", "value\n2"),
        lambda: (raw.root / "two.csv").rename(raw.root / "three.csv"),
    ):
        change()
        now = listing_fingerprint(raw.root)
        assert now not in seen
        seen.add(now)
    raw.write("one.csv", "value\n1")
    for name in ("one.meta.yaml", "three.csv"):
        (raw.root / name).unlink()
    assert listing_fingerprint(raw.root) == first


def test_touching_a_file_changes_nothing(raw: RawFolder) -> None:
    path = raw.write("one.csv", "value\n1")
    before = listing_fingerprint(raw.root)
    os.utime(path, (0, 0))
    raw.write("README.md", "for people")
    assert listing_fingerprint(raw.root) == before


def test_bytes_cannot_move_between_files_unseen(tmp_path: Path) -> None:
    one, other = RawFolder(tmp_path / "one"), RawFolder(tmp_path / "other")
    one.write("a.csv", "12")
    one.write("b.csv", "3")
    other.write("a.csv", "1")
    other.write("b.csv", "23")
    assert listing_fingerprint(one.root) != listing_fingerprint(other.root)


def test_yaml_scalars_stay_the_text_that_was_written() -> None:
    content = load_yaml_mapping(b'a: 1_000\nb: 2024-08-26\nc: no\nd: "007"\ne: ~\nf: 1e3\ng: .inf\nh: 0x1F', "one.yaml")
    assert content == {
        "a": "1_000",
        "b": "2024-08-26",
        "c": "no",
        "d": "007",
        "e": "~",
        "f": "1e3",
        "g": ".inf",
        "h": "0x1F",
    }


def test_broken_yaml_names_file_line_and_remedy() -> None:
    error = refused("document:\n  title: one\nfigures: [\n  {value: 1\n")
    assert error.rule == "malformed_yaml"
    assert "articles/one.yaml is not valid YAML at line 5, column 1" in error.message
    assert error.message.endswith("Correct that line.")


def test_a_wrong_encoding_names_file_byte_and_remedy() -> None:
    error = refused("title: Café".encode("latin-1"))
    assert (error.rule, error.message) == (
        "wrong_encoding",
        "articles/one.yaml is not UTF-8 (byte 10); save it as UTF-8 and build again.",
    )


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!!python/object/new:subprocess.Popen"]
)
def test_tags_build_no_objects(tag: str, tmp_path: Path) -> None:
    mark = tmp_path / "was_here"
    content = load_yaml_mapping(f"a: {tag} ['touch {mark}']\nb: !!int '7'".encode(), "one.yaml")
    assert content == {"a": [f"touch {mark}"], "b": "7"}
    assert not mark.exists()


def test_aliases_are_refused_before_they_expand() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    error = refused(bomb)
    assert error.rule == "malformed_yaml"
    assert "at line 2, column 10" in error.message and "aliases" in error.message


def test_merge_keys_are_refused_like_other_aliases() -> None:
    assert "aliases" in refused("a: &a {value: 1}\nb: {<<: *a}").message


@pytest.mark.parametrize(
    "deep", ["a: " + "[" * 13 + "]" * 13, "a: " + "{b: " * 13 + "1" + "}" * 13, "a: " + "[" * 100_000]
)
def test_deep_nesting_is_refused(deep: str) -> None:
    error = refused(deep)
    assert error.rule == "malformed_yaml" and "nested too deeply" in error.message


def test_nesting_that_documents_have_is_fine() -> None:
    assert load_yaml_mapping(b"a: [[[[[1]]]]]", "one.yaml") == {"a": [[[[["1"]]]]]}


def test_a_repeated_key_is_refused_because_one_of_the_two_would_be_lost() -> None:
    error = refused("figures:\n  - {value: '1', unit: percent,\n     value: '2'}\n")
    assert error.rule == "malformed_yaml"
    assert "at line 3" in error.message and "the key value occurs twice" in error.message


@pytest.mark.parametrize(("text", "found"), [("- a\n- b", "list"), ("just words", "str"), ("", "NoneType")])
def test_a_file_that_is_no_mapping_is_refused(text: str, found: str) -> None:
    error = refused(text)
    assert error.rule == "malformed_yaml" and error.message.endswith(f"not {found}.")


def test_two_yaml_documents_in_one_file_are_refused() -> None:
    assert refused("a: 1\n---\nb: 2\n").rule == "malformed_yaml"


@pytest.mark.parametrize("text", ["? [a, b]\n: 1", "? {a: b}\n: 1"])
def test_keys_that_are_no_text_are_refused(text: str) -> None:
    assert refused(text).rule == "malformed_yaml"


@pytest.mark.parametrize("text", ["a: \x00", "a: \x07", 'a: "\\uD800"'])
def test_characters_that_are_no_text_are_refused(text: str) -> None:
    assert refused(text).rule == "malformed_yaml"


def test_yaml_of_more_bytes_or_entries_than_a_document_needs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted_yaml, "_MAXIMUM_YAML_PARTS", 50)
    assert load_yaml_mapping(b"a:\n" + b"- x\n" * 40, "one.yaml") == {"a": ["x"] * 40}
    assert "too many entries" in refused("a:\n" + "- x\n" * 60).message
    monkeypatch.setattr(untrusted_yaml, "MAXIMUM_SIDECAR_BYTES", 100)
    assert refused("a: " + "x" * 100).rule == "oversized"


def test_leftovers_of_other_programs_are_no_documents_and_no_change(raw: RawFolder) -> None:
    raw.write("a.csv", "a")
    before = (raw_folder.listing_fingerprint(raw.root), set(raw_folder.signature(raw.root)))
    for name in ("a.csv~", "b.csv.part", "~$book.xlsx", "page.html.crdownload", ".a.csv.swp", "x/c.TMP", "Thumbs.db"):
        raw.write(name, "unfinished")
    assert [file.name for file in raw_folder.list_files(raw.root)] == ["a.csv"]
    assert (raw_folder.listing_fingerprint(raw.root), set(raw_folder.signature(raw.root))) == before
