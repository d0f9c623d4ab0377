"""
Zotero's fields as CSL JSON, the form in which citation processors take an item.

The tables say what Zotero itself maps (its global schema, version 41; type-specific fields stand under their base
field). Text fields keep their `<i>`, `<b>`, `<sub>` and `<sup>`, which citation processors understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zotero_bridge.model import Creator
from zotero_bridge.sources.csl_dates import csl_date, plain_date

CSL_TYPES = {
    "artwork": "graphic",
    "audioRecording": "song",
    "bill": "bill",
    "blogPost": "post-weblog",
    "book": "book",
    "bookSection": "chapter",
    "case": "legal_case",
    "computerProgram": "software",
    "conferencePaper": "paper-conference",
    "dataset": "dataset",
    "dictionaryEntry": "entry-dictionary",
    "document": "document",
    "email": "personal_communication",
    "encyclopediaArticle": "entry-encyclopedia",
    "film": "motion_picture",
    "forumPost": "post",
    "hearing": "hearing",
    "instantMessage": "personal_communication",
    "interview": "interview",
    "journalArticle": "article-journal",
    "letter": "personal_communication",
    "magazineArticle": "article-magazine",
    "manuscript": "manuscript",
    "map": "map",
    "newspaperArticle": "article-newspaper",
    "patent": "patent",
    "podcast": "broadcast",
    "preprint": "article",
    "presentation": "speech",
    "radioBroadcast": "broadcast",
    "report": "report",
    "standard": "standard",
    "statute": "legislation",
    "thesis": "thesis",
    "tvBroadcast": "broadcast",
    "videoRecording": "motion_picture",
    "webpage": "webpage",
}

# CSL variable -> Zotero's fields, first filled one wins
_TEXTS = {
    "title": ("title", "caseName", "nameOfAct", "subject"),
    "container-title": (
        "publicationTitle",
        "bookTitle",
        "proceedingsTitle",
        "encyclopediaTitle",
        "dictionaryTitle",
        "websiteTitle",
        "blogTitle",
        "forumTitle",
        "programTitle",
        "reporter",
        "code",
    ),
    "publisher": (
        "publisher",
        "university",
        "institution",
        "company",
        "label",
        "network",
        "distributor",
        "studio",
        "repository",
        "organization",
    ),
    "publisher-place": ("place",),
    "event-title": ("conferenceName", "meetingName"),
    "collection-title": ("series", "seriesTitle"),
    "collection-number": ("seriesNumber",),
    "volume": ("volume", "codeVolume", "reporterVolume", "codeNumber"),
    "issue": ("issue", "priorityNumbers"),
    "page": ("pages", "codePages", "firstPage"),
    "number": (
        "number",
        "reportNumber",
        "billNumber",
        "patentNumber",
        "docketNumber",
        "publicLawNumber",
        "episodeNumber",
        "archiveID",
        "identifier",
        "documentNumber",
    ),
    "genre": (
        "type",
        "thesisType",
        "reportType",
        "letterType",
        "websiteType",
        "mapType",
        "presentationType",
        "genre",
        "postType",
        "manuscriptType",
        "programmingLanguage",
    ),
    "medium": (
        "medium",
        "artworkMedium",
        "audioRecordingFormat",
        "videoRecordingFormat",
        "interviewMedium",
        "audioFileType",
        "system",
    ),
    "edition": ("edition",),
    "version": ("versionNumber",),
    "number-of-pages": ("numPages",),
    "number-of-volumes": ("numberOfVolumes",),
    "ISBN": ("ISBN",),
    "ISSN": ("ISSN",),
    "URL": ("url",),
    "language": ("language",),
    "title-short": ("shortTitle",),
    "journalAbbreviation": ("journalAbbreviation",),
    "abstract": ("abstractNote",),
    "archive": ("archive",),
    "archive_location": ("archiveLocation",),
    "authority": ("authority", "court", "legislativeBody", "issuingAuthority"),
    "call-number": ("callNumber", "applicationNumber"),
    "chapter-number": ("session",),
    "dimensions": ("artworkSize", "runningTime"),
    "license": ("rights",),
    "references": ("history", "references"),
    "scale": ("scale",),
    "section": ("section", "committee"),
    "source": ("libraryCatalog",),
    "status": ("status", "legalStatus"),
}
_DATES = {
    "issued": ("date", "issueDate", "dateDecided", "dateEnacted"),
    "accessed": ("accessDate",),
    "submitted": ("filingDate",),
}
_ROLES = {
    "author": "author",
    "bookAuthor": "container-author",
    "chair": "chair",
    "composer": "composer",
    "contributor": "contributor",
    "creator": "series-creator",
    "curator": "curator",
    "director": "director",
    "editor": "editor",
    "executiveProducer": "executive-producer",
    "guest": "guest",
    "host": "host",
    "interviewer": "interviewer",
    "narrator": "narrator",
    "organizer": "organizer",
    "originalCreator": "original-author",
    "performer": "performer",
    "producer": "producer",
    "recipient": "recipient",
    "reviewedAuthor": "reviewed-author",
    "scriptwriter": "script-writer",
    "seriesEditor": "collection-editor",
    "translator": "translator",
}
# the creator type that stands for the author, where it is not `author` itself
_PRIMARY_ROLE = {
    "artwork": "artist",
    "audioRecording": "performer",
    "bill": "sponsor",
    "computerProgram": "programmer",
    "film": "director",
    "hearing": "contributor",
    "interview": "interviewee",
    "map": "cartographer",
    "patent": "inventor",
    "podcast": "podcaster",
    "presentation": "presenter",
    "radioBroadcast": "director",
    "tvBroadcast": "director",
    "videoRecording": "director",
}
_CITEKEY_LINE = re.compile(r"^[ \t]*(?:citation[ -]key|citekey|bibtex)\*?\s*:.*$\n?", re.IGNORECASE | re.MULTILINE)


def first_filled(data: Mapping[str, object], variable: str) -> str:
    """What Zotero's item JSON holds for a CSL text or date variable."""
    for name in _TEXTS.get(variable) or _DATES.get(variable, ()):
        value = data.get(name)
        if isinstance(value, str | int) and str(value).strip():
            return str(value).replace("\u2068", "").replace("\u2069", "").strip()
    return ""


def csl_from_zotero(
    data: Mapping[str, object], creators: tuple[Creator, ...], *, id: str, citekey: str, doi: str
) -> dict[str, object]:
    """CSL JSON of one item. `id` is what citations call it by."""
    item_type = str(data.get("itemType", "document"))
    csl: dict[str, object] = {"id": id, "type": CSL_TYPES.get(item_type, "document")}
    if citekey:
        csl["citation-key"] = citekey
    for variable in _TEXTS:
        if text := first_filled(data, variable):
            csl[variable] = text
    if doi:
        csl["DOI"] = doi
    for variable in _DATES:
        if date := csl_date(plain_date(first_filled(data, variable))):
            csl[variable] = date
    csl.update(csl_names(creators, item_type))
    if note := _CITEKEY_LINE.sub("", str(data.get("extra") or "")).strip():
        csl["note"] = note
    return csl


def csl_names(creators: tuple[Creator, ...], item_type: str) -> dict[str, list[dict[str, str]]]:
    """CSL names by role, in order. Roles that CSL does not know are left out, as Zotero does."""
    names: dict[str, list[dict[str, str]]] = {}
    for creator in creators:
        role = "author" if creator.role == _PRIMARY_ROLE.get(item_type) else _ROLES.get(creator.role)
        if role is not None:
            names.setdefault(role, []).append(_csl_name(creator))
    return names


def _csl_name(creator: Creator) -> dict[str, str]:
    if creator.single_field:
        return {"literal": creator.last}
    return {"family": creator.last, "given": creator.first} if creator.first else {"family": creator.last}
