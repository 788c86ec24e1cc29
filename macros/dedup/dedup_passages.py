"""Long passages that earlier rows have, too: found by the hashes of all runs of so many words.

Hashes and texts lie in files, and as many hashes are sorted at a time as memory is meant to hold.
Neither threads nor the order of rows change the result: the lowest id keeps what several share.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels import in_order
from dataevolver.kernels.inputs import pieces, set_aside
from dataevolver.kernels.passages import entries, shared_runs, without_passages


def apply(reader, params):
    size, threads = params["size"], params.get("__threads", 1)
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        rows = set_aside(reader, Path(folder))
        path = Path(folder) / "entries"
        with path.open("wb") as file:
            for found in in_order(lambda piece: entries(*piece, size), pieces(rows), threads):
                file.write(found)
        known = shared_runs(path)

        def cleaned(piece):
            ids, texts = piece
            without = pa.array(without_passages(ids, texts, size, known), texts.type)
            return pa.table({"__id": ids, "into": pc.coalesce(without, texts)})

        parts = list(in_order(cleaned, pieces(rows), threads))
    empty = pa.schema([("__id", pa.int64()), ("into", pa.string())]).empty_table()
    return pa.concat_tables([empty, *parts])
