"""Files that somebody sent, and files that the bot keeps."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from bot.cluster import objects as k
from bot.cluster.files import read_files
from bot.cluster.scrubbed import scrubbed
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, Evidence, Target
from bot.render import json as as_json
from bot.render import text
from bot.sources import SourceError
from bot.store import open_store
from tests import make
from tests.reports import NOON

POD = b"apiVersion: v1\nkind: Pod\nmetadata: {name: api, namespace: shop}\n"


def _archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _linked(name: str, kind: bytes, to: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member, b""


def test_an_archive_reads_and_writes_nothing_outside_itself(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(POD.replace(b"api", b"other"))
    path = tmp_path / "bundle.tar.gz"
    path.write_bytes(
        _archive(
            (tarfile.TarInfo("pod.yaml"), POD),
            (tarfile.TarInfo("../../escaped.yaml"), b"kind: Nothing\n"),
            _linked("soft.yaml", tarfile.SYMTYPE, str(outside)),
            _linked("hard.yaml", tarfile.LNKTYPE, str(outside)),
            _linked("pipe.yaml", tarfile.FIFOTYPE),
            _linked("device.yaml", tarfile.CHRTYPE),
        )
    )
    assert [name for _, _, name in read_files([str(path)]).objects] == ["api"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bundle.tar.gz", "outside.yaml"]


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_an_archive_takes_little_memory_when_a_name_in_it_is_huge(
    tmp_path: Path, kind: bytes
) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = kind, 64 * 1024**2
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", 1) as archive:
        archive.write(header.tobuf() + bytes(header.size))
    tracemalloc.start()
    with pytest.raises(SourceError, match="a name of 67108864 bytes"):
        read_files([str(path)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024**2


def test_a_folder_is_not_left_when_it_holds_links(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.write_text("private line\n")
    bundle = tmp_path / "bundle"
    (bundle / "logs/shop/api").mkdir(parents=True)
    (bundle / "pod.yaml").write_bytes(POD)
    (bundle / "logs/shop/api/api.log").symlink_to(private)
    (bundle / "logs/shop/api/real.log").write_text("a line\n")
    (bundle / "logs/shop/api/near.log").symlink_to("real.log")
    (bundle / "loop").symlink_to(".")
    assert {log.container: log.lines for log in read_files([str(bundle)]).logs} == {
        "near": ("a line",),
        "real": ("a line",),
    }


@pytest.mark.parametrize(
    "data",
    [
        b'{"kind":"Pod","metadata":' + b'{"a":' * 100_000,
        b"- " * 50_000 + b"a",
        POD + b"status: &a [*a]\n",
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9))
                   for i in range(12)),
        b"\x00" * 100_000,
        b'{"items":[' + b'{"a":1},' * 50_000,
    ],
    ids=["deep JSON", "deep YAML", "self-reference", "unfolding aliases", "zeros", "cut off"],
)  # fmt: skip
def test_a_file_is_refused_in_a_sentence_when_it_is_a_trap(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "trap.yaml"
    path.write_bytes(data)
    with pytest.raises(SourceError, match="there is no Kubernetes object in"):
        read_files([str(path)])


async def test_a_report_is_written_when_a_name_is_half_a_character(tmp_path: Path) -> None:
    path = tmp_path / "pod.json"
    path.write_text(
        r'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a\ud800b\udc00","namespace":"x"},'
        r'"status":{"message":"\ud83d\ude00 \ud83d"}}'
    )
    (pod,) = read_files([str(path)]).objects.values()
    assert pod.name == "a\ufffdb\ufffd"
    assert isinstance(pod, k.Pod)
    assert pod.status.message == "\U0001f600 \ufffd"
    target = Target("", "x", "Pod", pod.name)
    facts = ClusterFacts(objects=(pod,))
    report = diagnose(Evidence(target=target, collected_at=NOON, cluster=facts))
    assert text.render(report).encode()
    assert as_json.encode(report)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("TOKEN", "opaque", "***"),
        ("SLACK_TOKEN", "opaque", "***"),
        ("DB_PASS", "x", "***"),
        ("APP_KEY_1", "opaque", "***"),
        ("AZURE_CREDENTIALS", "{}", "***"),
        ("apiToken", "opaque", "***"),
        ("TOKEN", "", ""),
        ("ENABLE_AUTH", "true", "true"),
        ("PASSWORD", "$(OTHER)", "$(OTHER)"),
        ("TOKEN_FILE", "/var/run/token", "/var/run/token"),
        ("PORT", "8080", "8080"),
    ],
)
def test_a_variable_is_kept_by_what_its_name_says(name: str, value: str, kept: str) -> None:
    container = make.container(env=(k.EnvVar(name=name, value=value),))
    pod = scrubbed(make.pod(make.running(), spec=[container]))
    assert [each.value for each in pod.spec.containers[0].env] == [kept]


async def test_nobody_else_may_read_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    async with open_store(f"sqlite+aiosqlite:///{folder}/bot.db") as store:
        await store.journal.first_sight("event", NOON)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert "bot.db" in modes
