"""A project opened for work: its settings, its operators, and its plans made ready to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from dataevolver.columns import Columns
from dataevolver.compiler import CompiledPlan, compile_plan
from dataevolver.errors import Place, Problem, SpecError, nearest
from dataevolver.library import (
    Library,
    builtin,
    check_bodies,
    load_catalog,
    read_text,
    templates,
)
from dataevolver.plans import Plan, check_arguments, check_inputs, read_plan
from dataevolver.project import (
    PROJECT_FILE,
    Project,
    Source,
    Target,
    find_project,
    load_project,
)
from dataevolver.rewriter import rewrite
from dataevolver.solver import Catalog, Resolution, solve
from dataevolver.sources import Ingested, Report, ingest, unheard

Sources = Mapping[str, Ingested]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A project with all operators that its plans may name."""

    project: Project
    libraries: tuple[Library, ...]
    catalog: Catalog
    templates: Environment

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.project.root

    @property
    def target_folder(self) -> Path:
        """Everything in it can be made again."""
        return self.root / "target"

    @property
    def target(self) -> Target:
        """Where plans run; DuckDB in this process unless the project says otherwise."""
        name = self.project.target
        return self.project.targets.get(name, Target(name=name))

    @property
    def store(self) -> Path:
        """Ingested sources and finished segments, named by what they were made of."""
        return self.target_folder / "cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A plan with everything that it takes to run it."""

    resolution: Resolution
    compiled: CompiledPlan
    sources: Sources


def open_workspace(start: Path) -> Workspace:
    """The project at or above a folder. Raises SpecError with every problem of its files."""
    project = load_project(find_project(start))
    libraries = (Library(name=project.name, root=project.root), builtin())
    return with_libraries(project, libraries)


def with_libraries(project: Project, libraries: Sequence[Library]) -> Workspace:
    """A workspace on libraries of one's own choice; earlier ones hide later ones."""
    return Workspace(
        project=project,
        libraries=tuple(libraries),
        catalog=load_catalog(libraries),
        templates=templates(libraries),
    )


def plan_names(workspace: Workspace) -> tuple[str, ...]:
    """The plans of the project, sorted."""
    folder = workspace.root / "plans"
    names = (path.name for path in folder.glob("*.yml")) if folder.is_dir() else ()
    return tuple(sorted(name[:-4] for name in names if not name.endswith(".lock.yml")))


def plan_path(workspace: Workspace, name: str) -> Path:
    """Where the plan of that name is, whether or not it exists."""
    return workspace.root / "plans" / f"{name}.yml"


def lock_path(workspace: Workspace, name: str) -> Path:
    """Where the plan's lock is, whether or not it exists."""
    return workspace.root / "plans" / f"{name}.lock.yml"


def shown(workspace: Workspace, path: Path) -> str:
    """A path as messages and artifacts name it: relative to the project where it lies in it."""
    inside = path.is_relative_to(workspace.root)
    return path.relative_to(workspace.root).as_posix() if inside else str(path)


def plan_source(workspace: Workspace, name: str) -> str:
    """The text of `plans/NAME.yml`."""
    path = plan_path(workspace, name)
    if not path.is_file():
        raise SpecError(
            Problem(
                message=f'there is no plan "{name}" ({shown(workspace, path)} is missing)',
                hint=nearest(name, plan_names(workspace)) or "`dve evolve` writes one",
            )
        )
    return read_text(path, workspace.root, shown(workspace, path))


def load_plan(workspace: Workspace, name: str) -> Plan:
    """Read a plan and check its steps against the operators; every problem at once."""
    path = plan_path(workspace, name)
    plan = read_plan(plan_source(workspace, name), shown(workspace, path))
    check_plan(workspace, plan)
    if plan.name != name:
        raise SpecError(
            Problem(
                message=f'the plan calls itself "{plan.name}" but lies in {shown(workspace, path)}',
                place=Place(file=shown(workspace, path)),
                hint="a plan has the name of its file",
            )
        )
    return plan


def check_plan(workspace: Workspace, plan: Plan) -> None:
    """Raise SpecError unless the plan and each of its steps name only what exists."""
    project = workspace.project
    problems = [
        *_unknown(plan, "source", plan.source, project.sources),
        *_unknown(plan, "exemplars", plan.exemplars, project.exemplars),
        *check_arguments(plan, workspace.catalog),
        *check_inputs(plan, tuple(project.sources)),
    ]
    if problems:
        raise SpecError(problems)


def read_sources(workspace: Workspace, plan: Plan, report: Report = unheard) -> Sources:
    """Ingest every source that the plan reads; what was ingested before is reused."""
    sources = workspace.project.sources
    return {
        name: ingest(sources[name], workspace.root, workspace.store, report)
        for name in _source_names(plan)
        if name in sources
    }


def resolve(workspace: Workspace, plan: Plan, columns: Mapping[str, Columns]) -> Resolution:
    """Complete the plan on sources that have these columns."""
    return rewrite(solve(plan, workspace.catalog, columns))


def prepare(workspace: Workspace, name: str, report: Report = unheard) -> Ready:
    """Read and check a plan and its sources, solve and compile it."""
    plan = load_plan(workspace, name)
    sources = read_sources(workspace, plan, report)
    columns = {source: found.columns for source, found in sources.items()}
    resolution = resolve(workspace, plan, columns)
    used = (step.bound.operator for step in resolution.steps)
    problems = check_bodies({operator.name: operator for operator in used}, workspace.templates)
    if problems:
        raise SpecError(problems)
    compiled = compile_plan(resolution, workspace.templates)
    return Ready(resolution=resolution, compiled=compiled, sources=sources)


def make_ready(workspace: Workspace, plan: Plan, sources: Sources) -> CompiledPlan:
    """Solve, rewrite and compile a checked plan."""
    columns = {name: source.columns for name, source in sources.items()}
    return compile_plan(resolve(workspace, plan, columns), workspace.templates)


def _unknown(plan: Plan, key: str, name: str, declared: Mapping[str, Source]) -> Iterator[Problem]:
    """A project without exemplars can run plans, too: then their name means nothing."""
    if declared and name not in declared:
        yield Problem(
            message=f'"{key}" names "{name}", which {PROJECT_FILE} does not declare',
            place=Place(file=plan.file),
            hint=nearest(name, declared),
        )


def _source_names(plan: Plan) -> tuple[str, ...]:
    steps = {step.id for step in plan.steps}
    named = (name for step in plan.steps for name in step.inputs if name not in steps)
    return tuple(dict.fromkeys((plan.source, *named)))
