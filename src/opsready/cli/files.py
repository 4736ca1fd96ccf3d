"""Files that a command writes where the user says: whole or not at all."""

from pathlib import Path

from opsready.cli.input import BadInput
from opsready.evidence.store import store_text


def write_new(path: Path, text: str, if_there: str) -> None:
    """Refuses to touch a file that a person may have edited; `if_there` says what to do then."""
    try:
        file = path.open("x", encoding="utf-8", errors="backslashreplace")
    except FileExistsError:
        raise BadInput(f"{path} exists and is left as it is; {if_there}") from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink()
        raise _unwritable(path, error) from None


def write_over(path: Path, text: str) -> None:
    """In place of what was there, which a full disk does not cost; a device or a pipe is written
    to, never replaced."""
    try:
        if path.is_file() or not path.exists():
            real = path.resolve()
            store_text(real.parent, real.name, text)
        else:
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput(f"{path} cannot be written: {error.strerror}; nothing was changed")
