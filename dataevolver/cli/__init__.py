"""The command line: arguments in, one library call, values out. Nothing else is decided here.

Commands are imported when they are called, so that `dve --help` starts in an instant.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Mapping

import click

from dataevolver import __version__
from dataevolver.cli.messages import print_error
from dataevolver.errors import DataEvolverError, nearest

__all__ = ["SUMMARIES", "LazyGroup", "dve", "main"]

# The one list of commands: the first sentence of each command's own help says the same.
SUMMARIES: Mapping[str, str] = {
    "init": "Make a project: a sample that runs as it stands, or one around your own files.",
    "debug": "Show versions, where the project is, its settings, and that DuckDB works.",
    "parse": "Check every file of the project and report all errors at once.",
    "ls": "List the steps of a plan, or operators, plans, sources.",
    "show": "Show the first rows after a step, or what became of one row.",
    "compile": "Write the SQL and Python of a plan to target/compiled/, to be read and run by hand.",
    "run": "Run a plan on all rows and put its output in place.",
    "retry": "Ask for the last run again; it goes on at the first step that is not finished.",
    "slices": "Show what a run kept and dropped by language, length, source and file.",
    "test": "Run the operators' examples, and the project's tests on the last output.",
    "evolve": "Grow a plan, round by round, towards the exemplars.",
    "evaluate": "Measure how far prepared rows are from the exemplars.",
    "diff": "Compare two versions of a plan, step by step.",
    "explain": "Say why a step is there, what it reads and needs, and what depends on it.",
    "lock": "Write what the solver makes of a plan to its lock file.",
    "fmt": "Write plans in the canonical style; comments and meaning stay.",
    "clean": "Delete what can be made again: target/ but for the records of runs.",
    "schema": "Print the JSON Schema of a kind of file, for editors.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and summaries without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUMMARIES)

    def invoke(self, ctx: click.Context) -> object:
        """As click does, but a reader that has seen enough (`dve ls | head -1`) is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest right name for a wrong one."""
        if args and not args[0].startswith("-") and args[0] not in SUMMARIES:
            hint = nearest(args[0], SUMMARIES)
            ctx.fail(f'There is no command "{args[0]}".' + (f" D{hint[1:]}" if hint else ""))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUMMARIES:
            return None
        module = importlib.import_module(f"dataevolver.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"auto_envvar_prefix": "DVE", "help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="dve")
def dve() -> None:
    """Prepare LLM training data with plans that evolve towards your exemplars.

    Every option can be set by an environment variable: `dve run --threads 2` is DVE_RUN_THREADS=2.
    Exit codes: 0 done; 1 done and the answer is no; 2 could not answer; 3 a bug of ours.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run `dve` and exit; errors that a user can act on are printed, never raised."""
    sys.exit(_status(arguments))


def _status(arguments: list[str] | None) -> int:
    try:
        result = dve.main(args=arguments, prog_name="dve", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except DataEvolverError as error:
        print_error(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except OSError as error:
        click.echo(f"error: {error.filename or 'the system'}: {error.strerror or error}", err=True)
        return 2
    except Exception:  # noqa: BLE001 - the top of the program: whatever else comes is our bug
        traceback.print_exc()
        click.echo("this is a bug in dve: please report the lines above", err=True)
        return 3
