"""
LaTeX as reference managers write it into BibTeX, as plain text: accents, symbols, braces, dashes.

Unknown commands vanish and their argument stays. Knows nothing of BibTeX.
"""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
_SYMBOLS = {
    "aa": "å",
    "AA": "Å",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ss": "ß",
    "SS": "SS",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "textendash": "–",
    "textemdash": "—",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textquotesingle": "'",
    "textquotedbl": '"',
    "quotesinglbase": "‚",
    "quotedblbase": "„",
    "guillemotleft": "«",
    "guillemotright": "»",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
    "textbackslash": "\\",
    "backslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textunderscore": "_",
    "textbar": "|",
    "textless": "<",
    "textgreater": ">",
    "textbraceleft": "{",
    "textbraceright": "}",
    "lbrace": "{",
    "rbrace": "}",
    "textdollar": "$",
    "textdegree": "°",
    "textregistered": "®",
    "texttrademark": "™",
    "copyright": "©",
    "textcopyright": "©",
    "S": "§",
    "P": "¶",
    "pounds": "£",
    "textsterling": "£",
    "euro": "€",
    "texteuro": "€",
    "textbullet": "•",
    "textperiodcentered": "·",
    "textmu": "µ",
    "slash": "/",
    "newline": " ",
    "space": " ",
    "quad": " ",
    "qquad": " ",
    "par": "\n\n",
    "times": "×",
    "pm": "±",
    "leq": "≤",
    "le": "≤",
    "geq": "≥",
    "ge": "≥",
    "neq": "≠",
    "approx": "≈",
    "sim": "∼",
    "cdot": "·",
    "infty": "∞",
    "rightarrow": "→",
    "to": "→",
    "leftarrow": "←",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "&": "&",
    "%": "%",
    "$": "$",
    "#": "#",
    "_": "_",
    "{": "{",
    "}": "}",
    " ": " ",
    "\n": " ",
    ",": "\u2009",
    ";": " ",
    "!": "",
    "-": "",
    "/": "",
    "\\": " ",
}
_MARKUP = {
    "emph": "i",
    "textit": "i",
    "mkbibemph": "i",
    "textsl": "i",
    "textbf": "b",
    "mkbibbold": "b",
    "textsubscript": "sub",
    "textsuperscript": "sup",
    "mkbibsuperscript": "sup",
}
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?[ \t]*\n?[ \t]*|\\(.|\n)|([{}~$])|(---?)|(``|'')", re.DOTALL)
_PLAIN = re.compile(r"[\\{}~$]|--|``|''")
_DOTLESS = {"ı": "i", "ȷ": "j"}


def plain_text(latex: str, *, markup: bool = False) -> str:
    """
    Plain text. With `markup`, italics and the like become the HTML that Zotero allows in a title.

    White space is left as it stands, apart from what a command takes with it.
    """
    if _PLAIN.search(latex) is None:
        return latex
    return unicodedata.normalize("NFC", _Decoder(latex, markup).until_end())


class _Decoder:
    """One pass over a text; braces nest by recursion, which stops at a depth no bibliography has."""

    def __init__(self, latex: str, markup: bool) -> None:
        self.latex = latex
        self.markup = markup
        self.at = 0
        self.math = False

    def until_end(self) -> str:
        pieces = []
        while self.at < len(self.latex):
            pieces.append(self._group(0))
        return "".join(pieces)

    def _group(self, depth: int) -> str:
        """Text up to the closing brace of this group, or to the end."""
        pieces: list[str] = []
        while (token := _TOKEN.search(self.latex, self.at)) is not None:
            pieces.append(self.latex[self.at : token.start()])
            self.at = token.end()
            word, symbol, mark, dash, quotation = token.groups()
            if word is not None or symbol is not None:
                pieces.append(self._command(word or symbol, depth))
            elif mark == "{":
                pieces.append(self._group(depth + 1) if depth < 50 else "")
            elif mark == "}":
                return "".join(pieces)
            elif mark == "~":
                pieces.append("\u00a0")
            elif mark == "$":
                self.math = not self.math
            elif dash:
                pieces.append("—" if len(dash) == 3 else "–")
            elif quotation:
                pieces.append("“" if quotation == "``" else "”")
        pieces.append(self.latex[self.at :])
        self.at = len(self.latex)
        return "".join(pieces)

    def _command(self, name: str, depth: int) -> str:
        if name in _ACCENTS and not (self.math and name not in ("'", "`")):
            letter = self._argument(depth)
            letter = _DOTLESS.get(letter[:1], letter[:1]) + letter[1:]
            return letter[:1] + _ACCENTS[name] + letter[1:] if letter else ""
        if name in _SYMBOLS:
            return _SYMBOLS[name]
        if name in _MARKUP:
            inner = self._argument(depth)
            return f"<{_MARKUP[name]}>{inner}</{_MARKUP[name]}>" if self.markup else inner
        if name == "href":
            self._argument(depth)
            return self._argument(depth)
        return _greek(name)

    def _argument(self, depth: int) -> str:
        """What a command takes: a group, or the next letter or command."""
        while self.latex[self.at : self.at + 1] in (" ", "\t", "\n") and self.at < len(self.latex):
            self.at += 1
        if self.latex[self.at : self.at + 1] == "{":
            self.at += 1
            return self._group(depth + 1) if depth < 50 else ""
        token = _TOKEN.match(self.latex, self.at)
        if token is not None and (token[1] is not None or token[2] is not None):
            self.at = token.end()
            return self._command(token[1] or token[2], depth + 1) if depth < 50 else ""
        if self.latex[self.at : self.at + 1] == "}":
            return ""
        self.at += 1
        return self.latex[self.at - 1 : self.at]


def _greek(name: str) -> str:
    """A Greek letter by its command; "" for any other name."""
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    spelled = {"LAMBDA": "LAMDA", "VAREPSILON": "EPSILON", "VARTHETA": "THETA", "VARPHI": "PHI"}
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {spelled.get(name.upper(), name.upper())}")
    except KeyError:
        return ""
