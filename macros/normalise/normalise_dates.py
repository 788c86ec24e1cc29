"""Dates inside texts as ISO 8601. Each is found at its year, by what stands before or after it."""

import re
from datetime import date

from dataevolver.kernels.rewriting import rewritten

MONTHS = {
    1: "january jan januar janvier enero gennaio janeiro januari",
    2: "february feb februar février febrero febbraio fevereiro februari",
    3: "march mar märz mars marzo março maart",
    4: "april apr avril abril aprile",
    5: "may mai mayo maggio maio mei",
    6: "june jun juni juin junio giugno junho",
    7: "july jul juli juillet julio luglio julho",
    8: "august aug août agosto augustus",
    9: "september sep sept septembre septiembre settembre setembro",
    10: "october oct oktober octobre octubre ottobre outubro",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember décembre diciembre dicembre dezembro",
}
NUMBER_OF = {name: number for number, names in MONTHS.items() for name in names.split()}
NAMES = "|".join(sorted(NUMBER_OF, key=len, reverse=True))

YEAR = re.compile(r"[12][0-9]{3}(?<![0-9a-zA-Z,][12][0-9]{3})(?![0-9])")
AFTER = re.compile(
    r"(?<![0-9a-zA-Z./-])[0-9]{4}(?:(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![\w/-]|\.[0-9])"
    r"|\s?[年년]\s?(?P<month_2>[0-9]{1,2})\s?[月월]\s?(?P<day_2>[0-9]{1,2})\s?[日号號일])"
)
BEFORE = re.compile(
    rf"(?<![0-9a-zA-Z./-])(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?:\s+(?:of|de|di))?[\s-]+(?P<month>{NAMES})\.?"
    rf"(?:,|\s+(?:of|de|del))?[\s-]+|(?P<month_2>{NAMES})\.?\s+(?P<day_2>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+"
    r"|(?P<first>[0-9]{1,2})(?P<sign>[-/.])(?P<second>[0-9]{1,2})(?P=sign))\Z",
    re.IGNORECASE,
)
LONGEST = 24  # characters before a year that may belong to its date
CANDIDATE = (
    rf"(?i)[12][0-9]{{3}}\s?[年년]|[12][0-9]{{3}}[-/.][0-9]{{1,2}}[-/.][0-9]|[0-9][-/.][12][0-9]{{3}}"
    rf"|(?:{NAMES})\b[^\n]{{1,12}}[12][0-9]{{3}}"
)


def apply(batch, params):
    texts = batch.column("value")
    order = params["order"]
    return {"value": rewritten(texts, CANDIDATE, lambda text: _written(text, order))}


def _written(text, order):
    pieces, at = [], 0
    for year in YEAR.finditer(text):
        if year.start() < at:
            continue
        start, end, day = _found(text, year, order, at)
        if day is not None:
            pieces += [text[at:start], day]
            at = end
    return "".join(pieces) + text[at:]


def _found(text, year, order, at):
    """Where the date of this year begins and ends, and the date; None where it is none or not sure."""
    number = int(year[0])
    after = AFTER.match(text, year.start())
    if after:
        month, day = after["month"] or after["month_2"], after["day"] or after["day_2"]
        return after.start(), after.end(), _iso(number, int(month), int(day))
    first = max(at, year.start() - LONGEST)
    before = BEFORE.search(text, first, year.start())
    if not before or not _ends(text, year.end(), before["sign"]):
        return 0, 0, None
    if before["sign"]:
        day = _numeric(number, int(before["first"]), int(before["second"]), order)
    else:
        month = NUMBER_OF[(before["month"] or before["month_2"]).lower()]
        day = _iso(number, month, int(before["day"] or before["day_2"]))
    return before.start(), year.end(), day


def _ends(text, end, sign):
    """Whether a date may end here: `3/4/2024/5` and `3.4.2024.5` go on."""
    following = text[end : end + 2]
    return not (
        following[:1].isalnum() or (sign and following[:1] == sign and following[1:].isalnum())
    )


def _numeric(year, first, second, order):
    day_first, month_first = _iso(year, second, first), _iso(year, first, second)
    if order == "day_first":
        return day_first
    if order == "month_first":
        return month_first
    return day_first or month_first if not (day_first and month_first) or first == second else None


def _iso(year, month, day):
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
