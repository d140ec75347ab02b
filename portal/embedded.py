"""What the embedded mode makes for itself in ``var/``."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def private_folder(var_dir: Path) -> None:
    """``var/`` holds the database, letters and uploaded files: for nobody but who runs the portal."""
    var_dir.mkdir(parents=True, exist_ok=True)
    state = var_dir.stat()
    if state.st_uid == os.getuid() and state.st_mode & 0o077:
        var_dir.chmod(0o700)


def secret_key(var_dir: Path) -> str:
    """The embedded mode's own secret key: made at the first start, kept in ``var/secret_key``.

    Web and worker start together: the key is written aside and linked into place, so that
    neither ever reads half a file and the first one wins.
    """
    path = var_dir / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=var_dir) as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            with suppress(FileExistsError):  # the other process was quicker: its key is ours
                os.link(file.name, path)
    return path.read_text()
