"""Personal data in running text: where it may stand, by pattern and, where there is one, check digit.

Each pattern begins where nothing of its own kind stands before it and bounds what it repeats, so
that its time grows with the text and no faster.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """`sign` (RE2) stands in every text that holds one, and is quickly looked for in a batch."""

    sign: str
    pattern: re.Pattern[str]
    is_real: Callable[[str], bool] = bool


def masked(
    texts: pa.Array, names: Iterable[str], replacement: Callable[[str, str], str]
) -> pa.Array:
    """The texts with each entity replaced by `replacement(name, entity)`; null stays null.

    Entities are looked for in the order of `ENTITIES`, not of `names`: a card number is none of a
    phone.
    """
    wanted = set(names)
    entities = [(name, entity) for name, entity in ENTITIES if name in wanted]
    signs = "|".join(f"(?:{entity.sign})" for _, entity in entities)
    signed = pc.fill_null(pc.match_substring_regex(texts, signs), False)
    if not entities or not pc.any(signed, min_count=0).as_py():
        return texts
    cleaned = texts.filter(signed)
    for name, entity in entities:
        cleaned = _without(cleaned, entity, partial(replacement, name))
    return pc.replace_with_mask(texts, signed, cleaned)


def _without(texts: pa.Array, entity: Entity, replacement: Callable[[str], str]) -> pa.Array:
    signed = pc.match_substring_regex(texts, entity.sign)

    def written(found: re.Match[str]) -> str:
        return replacement(found[0]) if entity.is_real(found[0]) else found[0]

    rewritten = [entity.pattern.sub(written, text) for text in texts.filter(signed).to_pylist()]
    return pc.replace_with_mask(texts, signed, pa.array(rewritten, texts.type))


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _is_address(text: str) -> bool:
    """Version 6 wants three groups, or a digit in the first: `a::b` is a name in C++ and Ruby."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    groups = [group for group in text.split(":") if group]
    return "." in text or len(groups) > 2 or bool(re.search("[0-9]", text.split(":")[0]))


def _is_phone(text: str) -> bool:
    return 8 <= len(_digits(text)) <= 15


def _is_card(text: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1) over a number that begins as those of an issuer do."""
    digits = _digits(text)
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0 and bool(_ISSUED.fullmatch(digits))


def _is_iban(text: str) -> bool:
    """ISO 13616: the country and its check digits moved to the end, letters as 10 to 35, modulo 97."""
    plain = text.replace(" ", "")
    return (
        len(plain) >= 15 and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1
    )


def _is_chinese_id(text: str) -> bool:
    """GB 11643: the last character checks the others modulo 11."""
    weighed = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(text[:17]))
    return "10X98765432"[weighed % 11] == text[17].upper()


def _is_wallet(text: str) -> bool:
    """Base58Check for the older Bitcoin addresses; the others are known by their form."""
    if text[0] not in "13":
        return True
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    if number.bit_length() > 200:
        return False
    address = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(address[:21]).digest()).digest()[:4] == address[21:]


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ISSUED = re.compile(
    "4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}"
    "|3[068][0-9]{12}|35[0-9]{14}|6[0-9]{15,18}"
)
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IPV4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
# Before a phone number no digit, letter or sign of an amount, an address or a longer number.
_ALONE = r"(?<![0-9A-Za-z_/#=&.+$€£¥-])(?<![0-9]\()"
_AFTER = r"(?![0-9A-Za-z_]|[-./,:][0-9])"
_PHONES = (
    r"\+[1-9][0-9]{0,2}(?:[ .()/-]{1,3}[0-9]{1,10}|[0-9]{6,12}){1,7}",
    r"00[1-9][0-9]{0,2}(?:[ ()/-]{1,3}[0-9]{2,10}){2,6}",
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-.][0-9]{4}",
    r"0[1-9](?P<gap>[ .-])[0-9]{2}(?:(?P=gap)[0-9]{2}){3}",
    r"\(?0[1-9][0-9]{0,3}\)?[ /-]{1,3}[0-9]{3,8}(?:[ -][0-9]{2,5}){0,3}",
    r"\([1-9][0-9]{1,3}\) ?[0-9]{3,5}[ -][0-9]{4}",
    r"1[3-9][0-9](?P<cut>[ -]?)[0-9]{4}(?P=cut)[0-9]{4}",
)

# In the order in which they are looked for; what has two forms stands here twice.
ENTITIES: tuple[tuple[str, Entity], ...] = (
    (
        "secret",
        Entity(
            sign=r"PRIVATE KEY-----|\b(?:sk-|AKIA|gh[pousr]_|xox[abprs]-|AIza|hf_|eyJ)[A-Za-z0-9_-]{10}",
            pattern=re.compile(
                r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*-----END [A-Z ]{0,20}PRIVATE KEY-----"
                r"|(?<![A-Za-z0-9_-])(?:sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}"
                r"|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{35}|hf_[A-Za-z0-9]{30,}"
                r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
            ),
        ),
    ),
    (
        "url",
        Entity(
            sign=r"(?i)://|www\.",
            pattern=re.compile(
                r"(?<![A-Za-z0-9])(?:https?://|ftp://|www\.)[^\s<>\"'“”„«»、。，；！？）】」]*[\w/#=&%~$-]",
                re.IGNORECASE,
            ),
        ),
    ),
    (
        "email",
        Entity(
            sign="@",
            pattern=re.compile(
                r"(?<![A-Za-z0-9._%+-])(?:mailto:)?[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@"
                r"(?:[^\W_](?:[^\W_]|-){0,62}\.){1,9}[^\W\d_]{2,24}"
            ),
        ),
    ),
    (
        "iban",
        Entity(
            sign="[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}",
            pattern=re.compile(
                r"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
            ),
            is_real=_is_iban,
        ),
    ),
    (
        "wallet",
        Entity(
            sign="0x[0-9A-Fa-f]{40}|bc1[a-z0-9]{38}|[13][1-9A-HJ-NP-Za-km-z]{25}",
            pattern=re.compile(
                r"(?<!\w)(?:0x[0-9A-Fa-f]{40}|bc1[02-9ac-hj-np-z]{39}(?:[02-9ac-hj-np-z]{20})?"
                r"|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?!\w)"
            ),
            is_real=_is_wallet,
        ),
    ),
    (
        "card",
        Entity(
            sign="[0-9]{4}[ -]?[0-9]{4}[0-9 -]{4}",
            pattern=re.compile(
                r"(?<![\w.-])(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}"
                r"|3[47][0-9]{2}([ -])[0-9]{6}\2[0-9]{5})(?![\w-]|\.[0-9])"
            ),
            is_real=_is_card,
        ),
    ),
    (
        "chinese_id",
        Entity(
            sign="[0-9]{17}[0-9Xx]",
            pattern=re.compile(
                r"(?<![0-9A-Za-z_])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z_])"
            ),
            is_real=_is_chinese_id,
        ),
    ),
    (
        "us_ssn",
        Entity(
            sign="[0-9]{3}-[0-9]{2}-[0-9]{4}",
            pattern=re.compile(
                r"(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])"
            ),
        ),
    ),
    (
        "mac",
        Entity(
            sign="(?:[0-9A-Fa-f]{2}[:-]){5}",
            pattern=re.compile(
                r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"
            ),
        ),
    ),
    (
        "ip",
        Entity(
            sign="[0-9A-Fa-f]::?[0-9A-Fa-f]{1,4}:|::[0-9A-Fa-f]",
            pattern=re.compile(
                r"[0-9A-Fa-f:](?<![A-Za-z0-9_.:].)[0-9A-Fa-f:]{1,38}"
                r"(?:[0-9A-Fa-f]|(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
                r"(?![A-Za-z0-9_]|:[0-9A-Fa-f]|\.[0-9])"
            ),
            is_real=_is_address,
        ),
    ),
    (
        "ip",
        Entity(
            sign=r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
            pattern=re.compile(
                r"[0-9](?<![A-Za-z0-9_.].)(?<!ersion .)[0-9]{0,2}(?:\.[0-9]{1,3}){3}"
                r"(?![A-Za-z0-9_]|\.[0-9])"
            ),
            is_real=_is_address,
        ),
    ),
    (
        "phone",
        Entity(
            sign=r"\+[1-9]|[0-9][0-9() ./-]{6,}[0-9]",
            pattern=re.compile(rf"{_ALONE}(?:{'|'.join(_PHONES)}){_AFTER}"),
            is_real=_is_phone,
        ),
    ),
)
