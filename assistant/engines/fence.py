"""
Sets passages apart from the prompt, as numbered data, and finds the ones that try to speak to the model.

The mark on the fences is made from a hash of everything inside them, so no text can contain its own closing fence. A
sentence that addresses the model is left out of what it reads, and the reader is told which source holds it. The model
sees no titles, tags or headings: nothing but a number, the kind of section and the words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.model import Hit
from zotero_bridge.fold import readable

LEFT_OUT = "[…]"

# Precision comes first: reviews are about people who answer, assist, model and use tools. An order counts where it
# stands as one (at the start of a sentence, or said to "you") or names a machine; otherwise the words stay.
_AI = (
    r"(?:an? |the |any |all )?"
    r"(?:AI|A\.I\.|LLM|GPT(?:-\d)?|chat ?bot|ChatGPT|(?:large )?language model|AI (?:assistant|model))s?"
)
_SAID = (
    r"(?:(?:^|[.!?:;”\"')\]}*>\n-])\s*(?:please,? |now,? |then |also,? |instead,? |important:? )*"
    r"|\byou (?:must|should|shall|will|may) )"
)
_IMPERATIVES = (  # each only where `_SAID` stands before it
    r"(?:ignore|disregard|forget) (?:everything|all|what)\b",
    r"(?:act|behave|respond|pretend|roleplay)\b[^.!?]{0,20}\b(?:AI|unrestricted|DAN|developer|admin|pirate)\b",
    r"(?:reply|respond|answer|output|print|say|write|return)\b"
    r"(?:[,:]? (?:to \w+|me|us|with|back|the|an?|your|this|as|in|words?|answer|following|everything)\b){0,4}[,:]? "
    r"(?:only|exactly|just|verbatim|nothing|JSON|XML|base64|URL|in (?:French|German|rhyme))\b(?! (?:to|when|if)\b)",
    r"(?:call|invoke|use|run|execute)\b(?! of\b)[^.!?]{0,24}\b(?:tool|function|command|shell|browser|plugin|code)\b",
    r"(?:cite|quote|recommend|rank|rate|score|mention|include)\b[^.!?]{0,40}"
    r"\b(?:this|our) (?:paper|document|article|work|source|passage|study)\b",
    r"(?:cite|quote|include|add)\b[^.!?]{0,60}\b(?:19|20)\d\d\b",
    r"(?:do not|don['’]t|never) (?:cite|mention|quote|use|summari[sz]e|tell|refuse|highlight|reveal)\b",
)
_ORDERS = (
    r"\b(?:ignore|disregard|forget|override|bypass|do not follow|stop following)\b[^.!?]{0,30}\b"
    r"(?:(?:previous|prior|above|earlier|all|any|your|other|these|the|preceding) ){1,3}"
    r"(?:instruction|prompt|rule|direction|guideline|context|constraint|passage|task)",
    r"\b(?:your|these|following) (?:new|updated|real|actual|only) (?:instructions?|task|role|rules?|goal)\b",
    r"\bnew (?:system )?(?:instructions?|prompt) ?:",
    rf"\b(?:note|message|attention|instructions?|important|hey|dear|hello)\b[^.!?]{{0,20}}\b(?:to|for)?,? ?\b{_AI}\b",
    rf"\b(?:if|when|since|as|because) (?:you|this)\b[^.!?]{{0,25}}\b{_AI}\b",
    rf"\byou(?: are|['’]re) (?:now )?(?:a helpful assistant|{_AI})\b",
    r"\byou(?: are|['’]re) (?:now|no longer)\b[^.!?]{0,40}\b(?:mode|persona|unrestricted|restricted|admin|root|DAN)\b",
    r"\b(?:reveal|repeat|print|show|leak|output|send)\b[^.!?]{0,30}\b(?:your |the (?:system|hidden) )"
    r"(?:system |hidden )?(?:prompt|instructions?|rules|api key|password)",
    r"\b(?:give|write|provide) (?:only )?(?:a )?(?:positive|favou?rable|glowing) (?:review|rating|answer|summary)s?\b",
    r"<\|?/?(?:im_start|im_end|system|assistant|endoftext|eot_id|start_header_id)[^>]{0,20}\|?>",
    r"\[/?INST\]|<</?SYS>>|###\s*(?:instruction|system|response|human|assistant)\b",
    r"(?:^|\s)(?:system|assistant|developer)\s*: ?(?:you|ignore|from now|new|override|the user)\b",
    r"\b(?:begin|end) of (?:passages?|system prompt|(?:the )?untrusted|user (?:data|input))\b|-{3} ?end of \d",
    r"\b(?:jailbreak|prompt injection)\b[^.!?]{0,30}\b(?:enabled|activated|active)\b",
    r"\"?tool_calls?\"?\s*:|\"?function_call\"?\s*:|\"claims\"\s*:",
    _SAID + f"(?:{'|'.join(_IMPERATIVES)})",
)
_ADDRESSES = re.compile("|".join(f"(?:{order})" for order in _ORDERS), re.IGNORECASE | re.MULTILINE)
_SQUEEZED = re.compile(  # letters alone, for orders that are spaced or dotted out
    r"(?:ignore|disregard|forget)(?:all|any|the|your|every)*(?:of)?(?:previous|prior|above|earlier|system)+"
    r"(?:instruction|prompt|rule|direction)"
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?]+[”\"’')\]]*|\n|\Z)")
_REACH = 2  # sentences after an order that belong to it


@dataclass(frozen=True, slots=True)
class Fenced:
    """Passages as a model reads them. `numbers` maps the number shown to the hit."""

    text: str
    mark: str
    numbers: dict[int, Hit]
    instructing: tuple[Hit, ...]  # hits that hold words addressed to a model


def fence(hits: Sequence[Hit]) -> Fenced:
    """Numbered from 1, in the order given. The same passages always make the same text."""
    shown = [shown_words(hit.passage.text) for hit in hits]
    mark = _mark(shown)
    blocks = [
        f"--- passage {number} · {_kind(hit)} · {mark} ---\n{words}\n--- end of {number} · {mark} ---"
        for number, (hit, (words, _)) in enumerate(zip(hits, shown, strict=True), start=1)
    ]
    return Fenced(
        text="\n\n".join(blocks) or "(There are no passages.)",
        mark=mark,
        numbers=dict(enumerate(hits, start=1)),
        instructing=tuple(hit for hit, (_, addressed) in zip(hits, shown, strict=True) if addressed),
    )


def _kind(hit: Hit) -> str:
    return f"{hit.passage.source_kind.value}, {hit.passage.locator.section_kind.value.replace('_', ' ')}"


def _mark(shown: Sequence[tuple[str, bool]]) -> str:
    digest = hashlib.sha256("\0".join(words for words, _ in shown).encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:12]


@lru_cache(maxsize=8192)  # the same passages come back question after question
def shown_words(text: str) -> tuple[str, bool]:
    """What the model reads of a passage, and whether words addressed to a model were left out of it."""
    words = readable(_visible(text))
    if not _ADDRESSES.search(words) and not _SQUEEZED.search(_squeezed(words)):
        return words, False
    kept: list[str] = []
    suspect = 0
    for sentence in _sentences(words):
        if _ADDRESSES.search(sentence):
            suspect = _REACH + 1
        if suspect and (_ADDRESSES.search(sentence) or _leans(sentence)):
            if not kept or kept[-1] != LEFT_OUT:
                kept.append(LEFT_OUT)
        else:
            kept.append(sentence.strip())
            suspect = 0
        suspect = max(0, suspect - 1)
    rest = " ".join(kept)
    if _ADDRESSES.search(rest) or _SQUEEZED.search(_squeezed(rest)):
        return LEFT_OUT, True  # the order runs over sentence ends, or is spaced out: nothing of the passage is safe
    return rest, True


def _squeezed(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()


def _sentences(words: str) -> list[str]:
    return [found.group() for found in _SENTENCE.finditer(words) if found.group().strip()]


def _leans(sentence: str) -> bool:
    """Goes on in the second person or in the imperative, as an order does."""
    return bool(
        re.search(r"\b(?:you|your|yourself)\b", sentence, re.IGNORECASE)
        or re.match(
            r"\s*(?:please |then |now |and |instead,? |also,? )*(?:say|reply|respond|answer|output|print|write|return"
            r"|cite|call|use|send|delete|add|include|open|visit|state|tell|do not|don['’]t|never|always|only)\b",
            sentence,
            re.IGNORECASE,
        )
    )


def _visible(text: str) -> str:
    """Without the characters that only a machine sees: tags, controls, direction marks, private use."""
    return "".join(
        c for c in text if c in "\n\t\u00ad" or unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn", "Cs")
    )


def addresses_model(text: str) -> bool:
    """Whether words speak to a model rather than to a reader."""
    return shown_words(text)[1]
