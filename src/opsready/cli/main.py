"""`opsready`: finds the command, runs it, and turns every failure into one plain sentence."""

import gc
import importlib
import io
import os
import sys
from typing import Any, NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from opsready import __version__
from opsready.cli.help import examples

# Name, module and one line each: `--help` and `--version` import none of the commands.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "The whole stage: read, observe, review, rehearse, and say what is proven."),
    "facts": ("facts", "What documents and code say, each claim with its place."),
    "observe": ("observe", "Start the service once and store what it showed."),
    "init": ("init", "Write opsready.yaml: what the service needs, each value with its origin."),
    "write": ("write", "The hats write the pack into the tree; a person's edit is never lost."),
    "review": ("review", "Hold a tree against the mandates; nothing of it is run."),
    "criteria": ("criteria", "Say of each completion criterion whether it can be verified."),
    "rehearse": ("rehearse", "Try the claims by running the service and breaking things."),
    "verdict": ("verdict", "Judge from stored evidence alone: the gate for CI."),
    "test-rules": ("test_rules", "Run unit tests of Prometheus rules, in promtool's format."),
    "backtest": ("backtest", "When alerts would have fired, and whether that was right."),
    "promql": ("promql", "Evaluate PromQL as Prometheus does, version by version."),
    "explain": (
        "explain",
        "Print the page of a check, a linter, a probe or a criterion, or the brief of a hat.",
    ),
}

INPUT_UNREADABLE = 2
INTERNAL_ERROR = 70
INTERRUPTED = 130
# What a shell shows for SIGPIPE. Not 0: under `set -o pipefail` that would pass for "no blocker".
READER_GONE = 141


class _ReaderGone(Exception):
    """Nobody reads our output any more (`| head`). Click would make an OSError an exit 1, which
    already means something."""


class _Commands(click.Group):
    """Loads a command when it is called, so that start-up stays under 0.3 s (DESIGN §9)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"opsready.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "opsready review .", "opsready run examples/orders", "opsready explain no-rollback"
    ),
)
@click.version_option(__version__, prog_name="opsready")
def opsready() -> None:
    """From a service's documents and code to a verdict with evidence.

    Says "ready" only for what it has proven. Only `observe`, `rehearse` and `run` execute
    anything of a tree; every other command only reads it.
    """


def main() -> NoReturn:
    """The console script: exit codes as `--help` of each command gives them."""
    code = run_command(sys.argv[1:])
    # The system takes all memory back at once; freeing it piece by piece took as long as reading
    # 1,000 files.
    gc.freeze()
    sys.exit(code)


def run_command(arguments: list[str]) -> int:
    """Run one command line; returns its exit code and lets nothing escape as a traceback."""
    _show_what_has_no_encoding()
    try:
        result = opsready.main(arguments, prog_name="opsready", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except (click.exceptions.Abort, KeyboardInterrupt):
        print("opsready: interrupted; nothing was left running", file=sys.stderr)
        return INTERRUPTED
    except click.ClickException as error:
        return _refused(error)
    except _ReaderGone:
        _abandon_output()
        return READER_GONE
    except OSError as error:
        _abandon_output()
        return _failed(f"{error.filename or 'output'}: {error.strerror or error}")
    except Exception as error:
        return _internal(error)


def _show_what_has_no_encoding() -> None:
    """A file name may hold bytes that are no text, and a terminal may know ASCII alone."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _abandon_output() -> None:
    """What could not be written is dropped, or Python would try again as it ends, and complain."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(error: click.ClickException) -> int:
    """A mistake on the command line: the reason first, then where to look."""
    if not isinstance(error, click.UsageError) or isinstance(error, NoArgsIsHelpError):
        error.show()
        return error.exit_code
    asked = error.ctx.command_path if error.ctx is not None else "opsready"
    return _failed(f"{error.format_message()} See `{asked} --help`.")


def _failed(why: str) -> int:
    print(f"opsready: {why}", file=sys.stderr)
    return INPUT_UNREADABLE


def _internal(error: Exception) -> int:
    """Bad input is a sentence of its own; anything else is our defect and says so."""
    if os.environ.get("OPSREADY_DEBUG"):
        raise error
    kind = f"{type(error).__name__}: {error}"
    print(f"opsready: internal error: {kind}", file=sys.stderr)
    print("This is a defect of opsready; OPSREADY_DEBUG=1 shows where.", file=sys.stderr)
    return INTERNAL_ERROR
