"""YAML files that people and programs both edit: strict reading, checked shapes, one way to write."""

from dataevolver.yamlfile.loading import Node, Plain, Scalar, as_json, decode, load, plain
from dataevolver.yamlfile.reading import read
from dataevolver.yamlfile.schemas import json_schema
from dataevolver.yamlfile.shapes import (
    Anything,
    Boolean,
    Field,
    Integer,
    ListOf,
    MapOf,
    Null,
    Number,
    OneOf,
    Record,
    Shape,
    Tagged,
    Text,
)
from dataevolver.yamlfile.writing import dump

__all__ = [
    "Anything",
    "Boolean",
    "Field",
    "Integer",
    "ListOf",
    "MapOf",
    "Node",
    "Null",
    "Number",
    "OneOf",
    "Plain",
    "Record",
    "Scalar",
    "Shape",
    "Tagged",
    "Text",
    "as_json",
    "decode",
    "dump",
    "json_schema",
    "load",
    "plain",
    "read",
]
