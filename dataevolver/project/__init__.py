"""A project: its settings, the tests of its output, and the schemas of its files."""

from dataevolver.project.creating import (
    DEFAULT_TEMPLATE,
    create_around,
    create_from_template,
    project_name,
    template_names,
)
from dataevolver.project.reading import PROJECT_FILE, find_project, load_project, read_project
from dataevolver.project.schemas import schemas
from dataevolver.project.settings import (
    Check,
    EvolveSettings,
    Model,
    Output,
    Project,
    Source,
    Target,
)
from dataevolver.project.shape import PROJECT_SHAPE
from dataevolver.project.tested_columns import check_columns
from dataevolver.project.writing import project_text

__all__ = [
    "DEFAULT_TEMPLATE",
    "PROJECT_FILE",
    "PROJECT_SHAPE",
    "Check",
    "EvolveSettings",
    "Model",
    "Output",
    "Project",
    "Source",
    "Target",
    "check_columns",
    "create_around",
    "create_from_template",
    "find_project",
    "load_project",
    "project_name",
    "project_text",
    "read_project",
    "schemas",
    "template_names",
]
