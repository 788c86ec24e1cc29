"""Numbers with units inside texts in one way: `5km`, `5 Km` and `5 kilometres` as `5 km`."""

import re
from functools import partial

from dataevolver.kernels.rewriting import rewritten

# What stands for a unit besides its symbol.
SPELLINGS = {
    "km": "Km KM kms ㎞", "cm": "cms ㎝", "mm": "㎜", "µm": "μm um", "nm": "㎚", "m²": "m2 m^2 ㎡ sqm",
    "m³": "m3 m^3 ㎥", "cm²": "cm2 cm^2 ㎠", "cm³": "cm3 cm^3", "km²": "km2 km^2 ㎢", "kg": "Kg KG kgs ㎏",
    "mg": "㎎", "µg": "μg ug mcg ㎍", "mL": "ml ㎖", "dL": "dl", "cL": "cl", "µL": "μl µl μL ul uL",
    "km/h": "kmh kph km/hr kmph KM/H Km/h", "m/s": "", "mph": "", "kHz": "KHz khz KHZ ㎑", "MHz": "mhz Mhz ㎒",
    "GHz": "ghz Ghz ㎓", "Hz": "hz HZ", "kW": "KW kw", "MW": "", "GW": "", "kWh": "kwh KWh Kwh KWH",
    "MWh": "", "mV": "", "kV": "KV", "mA": "", "kPa": "KPa kpa", "hPa": "hpa", "MPa": "", "kJ": "KJ", "kcal": "Kcal",
    "kB": "KB Kb", "MB": "", "GB": "", "TB": "", "dB": "db", "ms": "", "µs": "μs us", "ns": "", "mmol": "",
    "°C": "℃ ºC", "°F": "℉ ºF", "lbs": "lb", "oz": "", "ft": "", "px": "", "rpm": "RPM",
}  # fmt: skip
# One letter is a unit only where a space stands before it: 5G, 90s and 3D are none.
LETTERS = ("m", "g", "L", "W", "V")
PREFIXES = {"": "", "kilo": "k", "centi": "c", "milli": "m", "micro": "µ", "nano": "n", "mega": "M", "giga": "G"}  # fmt: skip
NAMES = {"metre": "m", "meter": "m", "gram": "g", "gramme": "g", "litre": "L", "liter": "L", "hertz": "Hz", "watt": "W", "volt": "V", "pascal": "Pa", "joule": "J"}  # fmt: skip

SYMBOL_OF = {symbol: symbol for symbol in (*SPELLINGS, *LETTERS)}
SYMBOL_OF |= {other: symbol for symbol, others in SPELLINGS.items() for other in others.split()}
NAMED = {
    f"{prefix}{name}{plural}": f"{short}{symbol}"
    for prefix, short in PREFIXES.items()
    for name, symbol in NAMES.items()
    for plural in ("", "s")
} | {"degrees Celsius": "°C", "degrees Fahrenheit": "°F"}


def _either(words):
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


LETTER = r"0-9A-Za-z_\u00c0-\u024f\u0370-\u04ff"  # of scripts with spaces between words
FIGURE = rf"[0-9](?<![{LETTER}.,$€£¥][0-9])(?:[0-9.,]*[0-9])?"
SPACE = "[ \u00a0\u202f\u2009]"
UNIT = (
    rf"(?:{SPACE}?(?P<unit>{_either(SYMBOL_OF.keys() - set(LETTERS))})|{SPACE}(?P<letter>{_either(LETTERS)})"
    rf"|{SPACE}(?P<name>{_either(NAMED)}))(?![{LETTER}/^²³'’-])"
)
QUANTITY = re.compile(rf"(?P<figure>{FIGURE}){UNIT}")
CANDIDATE = rf"[0-9]{SPACE}?(?:{_either(SYMBOL_OF)}|{_either(NAMED)})(?:[^\w]|$)"


def apply(batch, params):
    write = partial(QUANTITY.sub, lambda quantity: _written(quantity, params))
    return {"value": rewritten(batch.column("value"), CANDIDATE, write)}


def _written(quantity, params):
    if quantity["name"] and params["names"] == "keep":
        return quantity[0]
    unit = (
        NAMED[quantity["name"]]
        if quantity["name"]
        else SYMBOL_OF[quantity["unit"] or quantity["letter"]]
    )
    figure = quantity["figure"]
    if params["decimal"] == "point":
        figure = figure.replace(",", "")
    elif params["decimal"] == "comma":
        figure = figure.replace(".", "").replace(",", ".")
    return f"{figure}{' ' if params['space'] else ''}{unit}"
