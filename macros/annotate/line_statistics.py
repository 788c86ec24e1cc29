"""How a text's lines begin and end, and how long they are. Blank lines are none."""

from dataevolver.kernels import measured, share

BULLETS = "•‣▪▫●○◦⁃∙·*-–—►▶"
ENDS = ".!?…。！？｡．।॥؟۔\"'”’»」』"


def apply(batch, params):
    return measured(batch.column("value"), statistics)


def statistics(text):
    lines = text.lines()
    last = lines.ends - 1
    return {
        "lines": lines.counts,
        "paragraphs": text.paragraphs().counts,
        "longest": lines.largest(lines.sizes),
        "mean": share(lines.total(lines.sizes), lines.counts),
        "bullets": share(lines.total(text.among(BULLETS)[lines.starts]), lines.counts),
        "ellipses": share(lines.total(text.ellipses()[last]), lines.counts),
        "finished": share(lines.total(text.among(ENDS)[last]), lines.counts),
        "short": share(lines.total(lines.sizes <= 30), lines.counts),
    }
