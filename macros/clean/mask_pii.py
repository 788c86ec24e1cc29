"""Writes the kind of a personal datum in its place, and by option a pseudonym that stays the same."""

import hashlib
import re

from dataevolver.kernels.personal import masked

# The same number has the same pseudonym however it is written.
WRITTEN_APART = frozenset({"card", "iban", "phone"})
SEPARATORS = re.compile("[^0-9A-Za-z]")


def apply(batch, params):
    key = hashlib.blake2b(params["key"].encode(), digest_size=32).digest()

    def mask(entity, found):
        shown = entity.upper()
        if params["pseudonyms"]:
            plain = SEPARATORS.sub("", found) if entity in WRITTEN_APART else found.lower()
            shown += "_" + hashlib.blake2b(plain.encode(), key=key, digest_size=6).hexdigest()
        return params["replacement"].replace("{ENTITY}", shown)

    return {"value": masked(batch.column("value"), params["entities"], mask)}
