"""
A look into a zip container before any parser sees it.

Workbooks, letters and OFD files are zip files of XML. Parsers guard badly against what can be
put into one, so everything is judged here from the directory and the raw parts: sizes, names,
active content.
"""

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from common.refusals import Refusal

if not openpyxl.DEFUSEDXML:
    raise ImportError("openpyxl reads XML safely only where defusedxml is installed and enabled")

MEBIBYTE = 1024 * 1024
CHUNK = 256 * 1024
# Where a small part is squeezed hard nothing is won by it.
RATIO_COUNTS_FROM = MEBIBYTE
SMALL_PART = 4 * MEBIBYTE

CONTENT_TYPES = "[Content_Types].xml"
XML_SUFFIXES = (".xml", ".rels", ".vml", ".svg")
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Windows, Linux, Java (and fat Mach-O), Mach-O, Android.
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")
ACTIVE_NAMES = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/embeddings/|/activex/|/customui|\.ole$"
    r"|\.(exe|dll|com|scr|msi|cpl|pif|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|sh|py|lnk|url|reg|jar"
    r"|class|apk|html?|mht|chm|iqy|slk|settingcontent-ms)$",
    re.IGNORECASE,
)
ACTIVE_TYPES = re.compile(
    r"macro|vba|oleobject|activex|dialogsheet|attachedtoolbars|x-msdownload", re.IGNORECASE
)
LINKS_OUT = re.compile(r"(^|/)(externallinks|querytables)/|(^|/)connections\.xml$", re.IGNORECASE)
DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
HARMLESS_TARGET = re.compile(r"^(https?://|mailto:|tel:)", re.IGNORECASE)


class Limits(NamedTuple):
    """How large a container may be."""

    packed: int = 20 * MEBIBYTE
    unpacked: int = 200 * MEBIBYTE
    ratio: int = 100
    members: int = 200


LIMITS = Limits()


class ContainerRefused(Refusal):
    """A file that is not opened, with the reason."""


def open_container(file: BinaryIO, limits: Limits = LIMITS) -> zipfile.ZipFile:
    """
    Open a zip container whose directory promises no harm; no part has been unpacked yet.

    :raises ContainerRefused: if it is too large, damaged, locked, or names what it must not.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.packed:
        raise ContainerRefused(f"文件超过{limits.packed // MEBIBYTE}MB，请拆分或压缩后再上传。")
    start = file.read(8)
    file.seek(0)
    if start.startswith(OLE):
        raise ContainerRefused(
            "这是旧版格式（.xls、.doc）或加了密码的文件，请另存为新格式后再上传。"
        )
    if not start.startswith(b"PK\x03\x04"):
        raise ContainerRefused("文件内容与扩展名不符，无法识别。")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError):
        raise ContainerRefused("文件已损坏，无法打开。") from None
    _check_directory(archive, size, limits)
    return archive


def _check_directory(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    members = archive.infolist()
    if len(members) > limits.members:
        raise ContainerRefused(f"文件内部的部件超过{limits.members}个，已拒绝打开。")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked:
        raise ContainerRefused(f"文件展开后超过{limits.unpacked // MEBIBYTE}MB，已拒绝打开。")
    if unpacked > RATIO_COUNTS_FROM and unpacked > packed * limits.ratio:
        raise ContainerRefused("文件的压缩比异常，已拒绝打开。")
    names = [member.filename.casefold() for member in members]
    if len(set(names)) != len(names):
        raise ContainerRefused("文件内部有重名的部件，已拒绝打开。")
    for member in members:
        _check_member(member, limits)


def _check_member(member: zipfile.ZipInfo, limits: Limits) -> None:
    name = member.orig_filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in parts or ":" in name:
        raise ContainerRefused("文件内部有不合规的路径，已拒绝打开。")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ContainerRefused("文件内部含有链接，已拒绝打开。")
    if member.flag_bits & 1:
        raise ContainerRefused("文件加了密码，请去掉密码后再上传。")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ContainerRefused("文件使用了不支持的压缩方式，已拒绝打开。")
    too_dense = member.file_size > member.compress_size * limits.ratio
    if member.file_size > RATIO_COUNTS_FROM and too_dense:
        raise ContainerRefused("文件的压缩比异常，已拒绝打开。")


def check_parts(archive: zipfile.ZipFile) -> None:
    """
    Read through each part once and refuse what is active, nested, or no plain XML.

    :raises ContainerRefused: if a part is a program, an archive, an OLE object, or declares a DTD.
    """
    for member in archive.infolist():
        if member.is_dir():
            continue
        if ACTIVE_NAMES.search(member.filename):
            raise ContainerRefused("文件含有宏、控件或嵌入对象，请删除后另存再上传。")
        if LINKS_OUT.search(member.filename):
            raise ContainerRefused("文件引用了其他工作簿或外部数据，请断开外部链接后再上传。")
        if member.filename.lower().endswith(XML_SUFFIXES):
            _check_xml(archive, member)
        else:
            _check_binary(archive, member)


def _check_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    tail = b""
    first = True
    for chunk in stream(archive, member):
        if first:
            _check_encoding(chunk)
            first = False
        seen = tail + chunk
        if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
            raise ContainerRefused("文件内部声明了外部实体（DOCTYPE），已拒绝打开。")
        # A NUL betrays an encoding in which the search above would see nothing.
        if b"\0" in chunk:
            raise ContainerRefused("文件内部的编码不是UTF-8，已拒绝打开。")
        tail = chunk[-16:]


def _check_encoding(start: bytes) -> None:
    declared = DECLARED_ENCODING.search(start[:200])
    encoding = declared[1].decode("latin-1").lower() if declared else "utf-8"
    if encoding not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise ContainerRefused("文件内部的编码不是UTF-8，已拒绝打开。")


def _check_binary(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    read_all = 0
    for chunk in stream(archive, member):
        if read_all == 0:
            if chunk.startswith(ARCHIVES):
                raise ContainerRefused("文件内部套有压缩包，已拒绝打开。")
            if chunk.startswith((OLE, *PROGRAMS)):
                raise ContainerRefused("文件含有宏、控件或嵌入对象，请删除后另存再上传。")
        read_all += len(chunk)


def stream(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """
    Unpack a part piece by piece.

    :raises ContainerRefused: if it does not unpack to what the directory says.
    """
    try:
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, zipfile.zlib.error):
        raise ContainerRefused("文件已损坏，无法打开。") from None


def read_xml(archive: zipfile.ZipFile, name: str) -> Element:
    """
    Parse a small part without entities.

    :raises ContainerRefused: if it is missing, large, or no XML.
    """
    try:
        if archive.getinfo(name).file_size > SMALL_PART:
            raise ContainerRefused("文件结构异常，已拒绝打开。")
        content = b"".join(stream(archive, name))
        return fromstring(content, forbid_dtd=True)
    except (KeyError, ParseError, DefusedXmlException, ValueError, LookupError):
        raise ContainerRefused("文件已损坏，无法打开。") from None


def check_office(archive: zipfile.ZipFile, main_type: str) -> None:
    """
    Check that an Office container is of one type, without macros and without reach outside itself.

    :raises ContainerRefused: if its types or relationships say otherwise.
    """
    overrides = read_xml(archive, CONTENT_TYPES)
    types = [element.get("ContentType") or "" for element in overrides]
    if any(ACTIVE_TYPES.search(kind) for kind in types):
        raise ContainerRefused("文件含有宏、控件或嵌入对象，请删除后另存再上传。")
    if main_type not in types:
        raise ContainerRefused("文件内容与扩展名不符，无法识别。")
    for name in archive.namelist():
        if name.lower().endswith(".rels"):
            _check_relationships(read_xml(archive, name))


def _check_relationships(relationships: Element) -> None:
    for relationship in relationships:
        kind = (relationship.get("Type") or "").rsplit("/", 1)[-1].lower()
        target = (relationship.get("Target") or "").strip()
        if kind in ("oleobject", "package", "control", "afchunk", "vbaproject", "frame"):
            raise ContainerRefused("文件含有宏、控件或嵌入对象，请删除后另存再上传。")
        if (relationship.get("TargetMode") or "").lower() != "external" and "://" not in target:
            continue
        # An address in the text is harmless: nothing opens it but a click.
        if kind != "hyperlink" or not (target.startswith("#") or HARMLESS_TARGET.match(target)):
            raise ContainerRefused("文件引用了外部内容（模板、图片或链接对象），请删除后再上传。")
