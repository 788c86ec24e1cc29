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
from dataevolver.errors import DataEvolverError

SUMMARIES: Mapping[str, str] = {
    "init": "Make a project: a runnable sample, or one around your own data.",
    "debug": "Show versions, the project, its settings and what works here.",
    "parse": "Check every file of the project; report all errors at once.",
    "ls": "List steps, operators, plans and sources.",
    "show": "Show rows after a step, or what happened to one row.",
    "compile": "Write the SQL and Python of a plan to target/compiled/.",
    "run": "Run a plan on all rows and put its output in place.",
    "retry": "Run the last plan again from the first step that is not finished.",
    "test": "Run the operators' examples and the project's tests on the last run.",
    "evolve": "Grow the plan, round by round, towards the exemplars.",
    "evaluate": "Measure the gap between prepared rows and exemplars.",
    "diff": "Compare two versions of a plan, step by step.",
    "explain": "Say why a step is in the plan and what it depends on.",
    "lock": "Write (or --check) the plan's lock file.",
    "fmt": "Write plans in the canonical style; comments stay.",
    "clean": "Delete what can be made again (target/).",
    "schema": "Print the JSON Schema of a file kind, for editors.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and summaries without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUMMARIES)

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
        click.echo("interrupted; finished steps are kept, `dve retry` goes on", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - the top of the program: whatever else comes is our bug
        traceback.print_exc()
        click.echo("this is a bug in dve: please report the lines above", err=True)
        return 3
