"""Renders the cases of a JSON file with Jinja2, set up as Hugging Face transformers does."""

import json
import sys

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.Scope(body, lineno=line)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
)
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception

results = []
with open(sys.argv[1], encoding="utf-8") as file:
    for case in json.load(file):
        try:
            text = environment.from_string(case["template"]).render(**case["context"])
            results.append({"text": text})
        except Exception as error:
            results.append({"error": str(error)})
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(results, file)
