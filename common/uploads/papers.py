"""Papers: PDF, Word, Excel and OFD files without macros, links out of themselves, or stowaways."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from common.containers import (
    MEBIBYTE,
    ContainerRefused,
    Limits,
    check_office,
    check_parts,
    open_container,
    read_xml,
    stream,
)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OFD_NAMESPACE = "http://www.ofdspec.org/"
# A Word file with many pictures has more parts than a workbook.
PAPER_LIMITS = Limits(members=2_000)

# Addresses that run or fetch something once clicked.
RUNNING = r"(?:javascript:|vbscript:|data:|file:|ms-[a-z-]+:|search-ms:|\\\\)"
FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b"
    rf'|\bHYPERLINK\s+"?\s*{RUNNING}',
    re.IGNORECASE,
)
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]+)</")
# They fetch or run; and the old notation for another program's data: cmd|'/c calc'!A0
FETCHING = re.compile(
    r"\b(WEBSERVICE|RTD|CALL|REGISTER|REGISTER\.ID|EXEC|SQL\.REQUEST|DDE)\s*\(|\|\s*'",
    re.IGNORECASE,
)
LONGEST_FORMULA = 40_000  # Excel's is 8,192 characters, some written as entities
OFD_ACTION = re.compile(rf"""\bURI\s*=\s*["']\s*{RUNNING}""", re.IGNORECASE)
WORD_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# A script is always named /JavaScript; /JS alone would be found in the noise of pictures.
PDF_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Flash|XFA|ImportData|SubmitForm|GoToE|GoToR"
    rb"|Rendition)(?![A-Za-z0-9])"
)
PDF_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
PDF_STREAM = re.compile(rb"(?<!end)stream\r?\n")
ZIP_END = b"PK\x05\x06"
DICTIONARY = 4_000  # longer than the dictionary of any object stream
MOST_UNPACKED = 200 * MEBIBYTE
INFLATE_STEP = 64 * 1024


def check_pdf(file: BinaryIO) -> None:
    """
    Check that a file is a PDF that only shows pages.

    Object streams are unpacked, for that is where names hide.

    :raises ContainerRefused: if it is none, locked, or can run, fetch or carry something.
    """
    file.seek(0)
    content = file.read()
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise ContainerRefused("文件内容与扩展名不符，或PDF不完整。")
    if ZIP_END in content[-66_000:]:
        raise ContainerRefused("文件同时是压缩包，已拒绝打开。")
    for part in (content, *_object_streams(content)):
        names = PDF_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), part)
        if PDF_LOCKED.search(names):
            raise ContainerRefused("PDF加了密码或限制了权限，请去掉后再上传。")
        if PDF_ACTIVE.search(names):
            raise ContainerRefused("PDF含有脚本、表单动作或内嵌文件，请重新打印为PDF后再上传。")


def check_word(file: BinaryIO) -> None:
    """
    Check that a file is a .docx without active content.

    :raises ContainerRefused: if it is none, or holds macros, objects, links out, or DDE fields.
    """
    with open_container(file, PAPER_LIMITS) as archive:
        check_parts(archive)
        check_office(archive, WORD)
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                _check_fields(archive, name)


def check_excel(file: BinaryIO) -> None:
    """
    Check that a file is an .xlsx without active content.

    :raises ContainerRefused: if it is none, or holds macros, objects, or links out.
    """
    with open_container(file, PAPER_LIMITS) as archive:
        check_parts(archive)
        check_office(archive, EXCEL)
        for name in archive.namelist():
            if name.startswith("xl/") and name.endswith(".xml"):
                _check_formulas(archive, name)


def check_ofd(file: BinaryIO) -> None:
    """
    Check that a file is an OFD document (GB/T 33190).

    :raises ContainerRefused: if it is none, or carries programs or archives.
    """
    with open_container(file, PAPER_LIMITS) as archive:
        check_parts(archive)
        if not read_xml(archive, "OFD.xml").tag.startswith(f"{{{OFD_NAMESPACE}"):
            raise ContainerRefused("文件内容与扩展名不符，无法识别。")
        for name in archive.namelist():
            if name.lower().endswith(".xml"):
                _check_actions(archive, name)


def _check_formulas(archive: zipfile.ZipFile, name: str) -> None:
    window = b""
    for chunk in stream(archive, name):
        window += chunk
        for formula in FORMULA.finditer(window):
            if FETCHING.search(unescape(formula[1].decode("utf-8", "replace"))):
                raise ContainerRefused("文件中有会读取外部内容的公式，请粘贴为数值后再上传。")
        window = window[-LONGEST_FORMULA:]


def _check_actions(archive: zipfile.ZipFile, name: str) -> None:
    window = ""
    for chunk in stream(archive, name):
        window += chunk.decode("utf-8", "replace")
        if OFD_ACTION.search(unescape(window)):
            raise ContainerRefused("OFD含有会打开其他程序或内容的动作，请删除后再上传。")
        window = window[-4_096:]


def _check_fields(archive: zipfile.ZipFile, name: str) -> None:
    # Word splits a field's instruction over runs at will: read them joined, paragraph or not.
    instructions: list[str] = []
    try:
        with archive.open(name) as part:
            for _, element in iterparse(part, forbid_dtd=True):
                if element.tag == f"{WORD_NAMESPACE}instrText":
                    instructions.append(element.text or "")
                elif element.tag == f"{WORD_NAMESPACE}fldSimple":
                    instructions.append(f" {element.get(f'{WORD_NAMESPACE}instr') or ''} ")
                elif element.tag == f"{WORD_NAMESPACE}fldChar":
                    instructions.append("" if element.get(f"{WORD_NAMESPACE}fldCharType") else " ")
                elif element.tag == f"{WORD_NAMESPACE}altChunk":
                    raise ContainerRefused("文件嵌入了其他文档，请删除后另存再上传。")
    except (ParseError, DefusedXmlException, ValueError):
        raise ContainerRefused("文件已损坏，无法打开。") from None
    if FIELD.search("".join(instructions)):
        raise ContainerRefused("文件含有会读取外部内容的域（DDE等），请删除后再上传。")


def _object_streams(content: bytes) -> Iterator[bytes]:
    """
    Unpack each object stream of a PDF.

    Every "stream" with an /ObjStm shortly before it is tried, so that a "stream" hidden in some
    string cannot make this reader skip what another reads.
    """
    room = MOST_UNPACKED
    for match in PDF_STREAM.finditer(content):
        before = content[max(match.start() - DICTIONARY, 0) : match.start()]
        named = PDF_ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), before)
        if b"/ObjStm" not in named:
            continue
        its_own = named.rfind(b"/ObjStm") > max(named.rfind(b"endobj"), named.rfind(b"endstream"))
        if inner := _inflated(content, match.end(), room, must=its_own):
            room -= len(inner)
            yield inner


def _inflated(content: bytes, start: int, most: int, *, must: bool) -> bytes:
    unpacker = zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    packed = b""
    try:
        while size <= most and not unpacker.eof:
            if not packed:
                packed = content[start : start + INFLATE_STEP]
                start += len(packed)
            if not packed:
                break
            piece = unpacker.decompress(packed, most - size + 1)
            packed = unpacker.unconsumed_tail
            pieces.append(piece)
            size += len(piece)
    except zlib.error:
        if must:  # a filter that nobody uses for objects, unless to hide them
            raise ContainerRefused("PDF的内部结构无法识别，请重新打印为PDF后再上传。") from None
    if size > most:
        raise ContainerRefused("文件展开后超过200MB，已拒绝打开。")
    return b"".join(pieces)
