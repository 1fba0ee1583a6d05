"""From the bytes of an answer of NHS Jobs to its root element, or the sentence that says why not."""

import json
import re
from xml.etree.ElementTree import Element, ParseError  # types only; defusedxml does the reading
from xml.parsers.expat import errors

from defusedxml import DTDForbidden, EntitiesForbidden
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from vacancies.sources.faults import FeedRefused, check_file
from vacancies.sources.reading import clean, text_of

WANTED = "the XML file that NHS Jobs saves"
MOST_NESTED = 50  # the feed nests four deep

_CUT_OFF = {
    errors.codes[text]
    for text in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_HTML = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


def check_answer(*, status: int, location: str = "") -> None:
    """Refuse an answer of the web whose status is not 200, with what it means for the import."""
    if status == 200:
        return
    if 300 <= status < 400:
        raise FeedRefused(
            f"NHS Jobs has moved to another address ({clean(location)[:200] or 'it does not say which'}). "
            "Redirects are not followed. Check the new address and ask the system administrator to set it."
        )
    if status == 429:
        raise FeedRefused("NHS Jobs asks for fewer requests (429). Nothing was lost; the import carries on later.")
    if status >= 500:
        raise FeedRefused(f"NHS Jobs is out of order ({status}). Nothing was lost; the import carries on later.")
    raise FeedRefused(f"NHS Jobs refused the request ({status}). Check the employer and band that were asked for.")


def local_name(element: Element) -> str:
    """The element's name in small letters without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def root_of(data: bytes) -> Element:
    """The <nhsJobs> element of `data`, or FeedRefused."""
    check_file(data, wanted=WANTED)
    _refuse_other_text(text_of(data[:4096]).lstrip("\ufeff \t\r\n\x00"), data)
    root = _parsed(data)
    if local_name(root) != "nhsjobs":
        name = clean(local_name(root))[:40]
        raise FeedRefused(
            f"This XML file begins with <{name}>, not with <nhsJobs>: it is not the feed of NHS Jobs. Choose {WANTED}."
        )
    _refuse_deep(root)
    return root


def _refuse_other_text(start: str, data: bytes) -> None:
    if start[:1] in ("{", "["):
        raise FeedRefused(_json_sentence(text_of(data)))
    if _HTML.match(start):
        raise FeedRefused(
            f"This is a web page (HTML), not {WANTED}. Open the feed's address itself and save what it shows."
        )
    if start[:1] != "<":
        raise FeedRefused(f"This is not an XML file. Choose {WANTED}.")


def _json_sentence(text: str) -> str:
    """What the error page of NHS Jobs says, in its own words where it has some."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    said = ""
    if isinstance(answer, dict):
        said = next(
            (clean(str(answer[key]))[:200] for key in ("message", "error", "detail", "title") if answer.get(key)), ""
        )
    words = f" It says: “{said}”." if said else ""
    return (
        f"NHS Jobs answered with an error instead of adverts (JSON).{words} "
        "A page past the last one does this: ask for an earlier page."
    )


def _parsed(data: bytes) -> Element:
    try:
        return fromstring(data, forbid_dtd=True)
    except (DTDForbidden, EntitiesForbidden):
        raise FeedRefused(
            "The file declares a document type or entities, which the feed of NHS Jobs never does. It was not opened. "
            "Save the feed again from NHS Jobs itself."
        ) from None
    except ParseError as error:
        raise FeedRefused(_broken(error)) from None
    except (DefusedXmlException, ValueError, LookupError):
        raise FeedRefused(f"The file's encoding cannot be read. Choose {WANTED}, unchanged.") from None


def _broken(error: ParseError) -> str:
    line, column = error.position
    if error.code in _CUT_OFF:
        return (
            f"The file stops part of the way through (line {line}): it was not saved to its end. "
            "Nothing was read. Save the feed again."
        )
    return (
        f"The file is not well-formed XML at line {line}, character {column + 1}. "
        "Nothing was read. Save the feed again, unedited."
    )


def _refuse_deep(root: Element) -> None:
    level = [root]
    for _ in range(MOST_NESTED):
        level = [child for element in level for child in element]
        if not level:
            return
    raise FeedRefused(
        f"The file nests elements more than {MOST_NESTED} deep, which the feed never does. It was not read."
    )
