"""Parts of a backup that only the holder of the key reads."""

import pytest
from pyrage import x25519

from config.backup import sealing
from config.backup.archive import BackupFault, Manifest, Part

CLEAR = "张三 13800001111\n".encode() * 10_000


@pytest.fixture
def key():
    return x25519.Identity.generate()


def kept(key, folder):
    path = folder / "key.txt"
    path.write_text(f"# created: 2026\n{key}\n")
    return path


@pytest.fixture
def sealed(key, tmp_path):
    """A folder with one sealed part, and its manifest."""
    path = tmp_path / "database.dump.age"
    with sealing.writing(path, sealing.recipient(str(key.to_public()))) as part:
        part.write(CLEAR)
    parts = {path.name: Part.of(path)}
    return tmp_path, Manifest("", "", "", "", "", [], {}, 0, [], "", parts)


def test_what_is_sealed_is_read_with_the_key_and_nothing_of_it_stays(sealed, key, tmp_path):
    folder, manifest = sealed
    work = tmp_path / "work"
    work.mkdir()

    with sealing.opened(folder, manifest, kept(key, tmp_path), beside=work) as clear:
        found = (clear / "database.dump").read_bytes()

    assert found == CLEAR
    assert b"13800001111" not in (folder / "database.dump.age").read_bytes()
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "备份已加密，请用 --key 指定密钥文件（以 AGE-SECRET-KEY-1 开头的一行）。"),
        ("nothing", "{} 里没有 age 密钥（以 AGE-SECRET-KEY-1 开头的一行）。"),
        (str(x25519.Identity.generate()), "密钥文件 {} 打不开这份备份。"),
    ],
    ids=["none", "no key", "another key"],
)
def test_without_its_key_it_stays_closed_and_says_why(sealed, tmp_path, content, sentence):
    folder, manifest = sealed
    path = None
    if content is not None:
        path = tmp_path / "other.txt"
        path.write_text(content)

    with (
        pytest.raises(BackupFault) as refusal,
        sealing.opened(folder, manifest, path, beside=tmp_path),
    ):
        pass

    assert str(refusal.value) == sentence.format(path)


def test_a_recipient_that_is_no_key_stops_the_backup():
    with pytest.raises(BackupFault, match="BACKUP_RECIPIENT 不是 age 公钥"):
        sealing.recipient("someone@example.com")


def test_without_a_recipient_parts_are_in_clear(tmp_path):
    with sealing.writing(tmp_path / "part", sealing.recipient("")) as part:
        part.write(CLEAR)

    assert (tmp_path / "part").read_bytes() == CLEAR
