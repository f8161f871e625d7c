"""One column of a Parquet file, one text per row, a few thousand rows in memory at a time."""

from collections.abc import Iterator
from pathlib import Path

from app.commands.scanning.items import Item, Unread, Written

ROWS = 4_096


def parquet_items(path: Path, column: str | None) -> Iterator[Item]:
    """Give the text of one column for each row, or why there is none; rows are numbered from 1."""
    source = str(path)
    try:
        from pyarrow import ArrowException, parquet, types  # noqa: PLC0415  # an extra, and half a second
    except ImportError:
        yield Unread(source, source, 0, 0, "les fichiers Parquet demandent l'extra « bulk » (pyarrow)")
        return
    try:
        with parquet.ParquetFile(path) as file:
            field = file.schema_arrow.field(column) if column in file.schema_arrow.names else None
            if field is None or not (types.is_string(field.type) or types.is_large_string(field.type)):
                yield Unread(source, source, 0, 0, "--column doit nommer une colonne de textes de ce fichier")
                return
            number = 0
            for batch in file.iter_batches(ROWS, columns=[column]):
                for text in batch.column(0).to_pylist():
                    number += 1
                    yield Written(f"{source}:{number}", source, number, len(text or ""), text or "")
    except (ArrowException, OSError, ValueError):
        yield Unread(source, source, 0, 0, "fichier Parquet illisible")
