"""XML of feeds: no document type, no entities, nothing fetched; bounded in size, elements and depth."""

import re
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder  # defusedxml does the reading

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from jobs.hostile import DEFAULT, Limits, Refusal, check_size, display_name

MOST_ELEMENTS = 500_000
DEEPEST = 60
_LONG_TAG = re.compile(rb"<[^<>]{20000}")


class _Counting(TreeBuilder):
    """Builds the tree and stops when it grows past what a feed can be."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = self.depth = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS or self.depth > DEEPEST:
            raise Refusal(
                "The XML holds more parts than a feed does. Save a page of the feed at a time, and upload that."
            )
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def read_xml(data: bytes, filename: str = "The feed", *, limits: Limits = DEFAULT) -> Element:
    """The root element of `data`, at most `limits.xml_bytes` long.

    Raises Refusal for a web page or a JSON message in place of XML, a document type or entities, XML that is broken
    or cut short (with its line), and a file above the limits.
    """
    name = display_name(filename)
    check_size(len(data), filename, limits=replace(limits, file_bytes=limits.xml_bytes))
    _check_start(data, name)
    parser = DefusedXMLParser(target=_Counting(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        return parser.close()
    except DefusedXmlException as error:
        raise Refusal(
            f'"{name}" declares a document type or entities, which can be used to attack a reader. '
            "Save the feed again as it came, without them."
        ) from error
    except ParseError as error:
        line, column = error.position
        raise Refusal(
            f'"{name}" is broken or cut short at line {line}, character {column + 1}. Download it again, and upload it.'
        ) from error
    except (ValueError, LookupError, RecursionError) as error:
        raise Refusal(f'"{name}" is in an encoding that cannot be read. Save it as UTF-8, and upload it.') from error


def _check_start(data: bytes, name: str) -> None:
    start = data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.strip(b"\x00"):
        raise Refusal(f'"{name}" is empty. Download the feed again, and upload it.')
    if start[:1] in {b"{", b"["}:
        raise Refusal(f'"{name}" holds a JSON message, as the feed sends past its last page or in error, not XML.')
    if start[:14].lower() == b"<!doctype html" or start[:5].lower() == b"<html":
        raise Refusal(f'"{name}" is a web page, not the feed itself. Save the feed from its own address.')
    if _LONG_TAG.search(data):
        raise Refusal(f'"{name}" holds a tag of more than 20,000 characters, as no feed does. Download it again.')
    if not start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(f'"{name}" is not XML. Save the feed as it came (.xml), and upload that.')
