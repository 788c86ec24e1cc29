"""The rules that FineWeb adds to those of C4 and Gopher (Penedo et al. 2024, section 3.5)."""

from dataevolver.kernels import SINGLE, again, failed_rules, measured

ENDS = ".!?…。！？｡।॥؟۔\"'”’"
UNMARKED = (0x0E00, 0x0F00)  # Thai and Lao: no mark ends a sentence


def apply(batch, params):
    texts = batch.column("value")
    return {"name": failed_rules(measured(texts, _rules), texts)}


def _rules(text):
    words, lines = text.words(), text.lines()
    single = text.count(SINGLE) > words.counts / 2  # 30 letters of Chinese are a whole sentence
    thai = text.total((text.codes >= UNMARKED[0]) & (text.codes < UNMARKED[1])) > words.counts / 2
    breaks = text.total(text.among("\n"))
    copies = again(lines, text.hasher()(lines))
    finished = lines.total(text.among(ENDS)[lines.ends - 1])
    return {
        "few_finished_lines": ~thai & (finished < 0.12 * lines.counts),
        "many_short_lines": ~single & (lines.total(lines.sizes <= 30) > 0.67 * lines.counts),
        "repeated_lines": lines.total(lines.sizes * copies) > 0.01 * lines.total(lines.sizes),
        "many_line_breaks": ~single & (breaks > 0.3 * words.counts) & (words.counts > 0),
    }
