"""Files that are sent stay in memory: Werkzeug would write those beyond 500 kB to a temporary folder."""

from io import BytesIO
from typing import IO

from flask import Request


class MemoryRequest(Request):
    """A request whose files never touch the disk; `MAX_CONTENT_LENGTH` bounds them together."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
