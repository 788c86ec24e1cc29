"""The rules of C4 for whole texts (Raffel et al. 2020, section 2.2)."""

import pyarrow.compute as pc

from dataevolver.kernels import failed_rules, measured

ENDS = '.!?…。！？｡।॥؟۔"”'
GOES = (
    "(?:javascript|terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies)"
)


def apply(batch, params):
    texts = batch.column("value")
    read = _without_lines_that_go(texts)
    rules = {
        "few_sentences": measured(read, _sentences)["sentences"],
        "curly_bracket": pc.match_substring(texts, "{"),
        "lorem_ipsum": pc.match_substring(texts, "lorem ipsum", ignore_case=True),
    }
    return {"name": failed_rules(rules, texts)}


def _without_lines_that_go(texts):
    """Most texts have none, which a search tells much faster than a replacement."""
    found = pc.match_substring_regex(texts, f"(?i){GOES}")
    replaced = pc.replace_substring_regex(texts.filter(found), f"(?im)^.*{GOES}.*$", "")
    return pc.replace_with_mask(texts, found, replaced)


def _sentences(text):
    """Whether fewer than five are in lines that end as a sentence does and have three words."""
    lines, words, sentences = text.lines(), text.words(), text.sentences()
    kept = (text.inside(lines, text.begun(words)) >= 3) & text.among(ENDS)[lines.ends - 1]
    return {"sentences": lines.total(text.inside(lines, text.begun(sentences)) * kept) < 5}
