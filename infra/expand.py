"""The template as CloudFormation sees it in one environment: SAM expanded, parameters and conditions resolved.

    expand.py prod|dev-v1|dev-v2 [NAME=VALUE...]    prints JSON

A reference to another resource becomes `<logical id>`, an attribute `<logical id>.<attribute>`.
"""

import copy
import functools
import json
import logging
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
PSEUDO = {
    "AWS::Region": "us-east-1",
    "AWS::Partition": "aws",
    "AWS::AccountId": "000000000000",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
}
NOTHING = object()


def parameters(environment, more=()):
    """Values of all parameters: the template's defaults under those of the environment under `more`."""
    pairs = json.loads((HERE / "params" / f"{environment}.json").read_text())["Parameters"]
    pairs |= {"CodeBucket": "code", "CodeKey": "package.zip"} | dict(more)
    defaults = {name: value.get("Default") for name, value in _read()["Parameters"].items()}
    return {name: str(value) for name, value in (defaults | pairs).items()}


def source():
    """The template as it was written, with its intrinsic functions in the long form."""
    return copy.deepcopy(_read())


@functools.cache
def _read():
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse((HERE / "template.yaml").read_text())


def expanded(environment, more=()):
    """The resolved template of an environment."""
    return copy.deepcopy(_expanded(environment, tuple(sorted(dict(more).items()))))


@functools.cache
def _expanded(environment, more):
    from samtranslator.translator.transform import transform

    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    values = parameters(environment, more)
    document = transform(source(), dict(values), _NoManagedPolicies())
    return _Resolver(document, values).resolved()


class _NoManagedPolicies:
    """Our functions bring their own roles, so none is looked up."""

    def load(self):
        return {}


class _Resolver:
    def __init__(self, document, values):
        self._document = document
        self._values = PSEUDO | values

    def resolved(self):
        sections = {name: self._document[name] for name in ("Resources", "Outputs")}
        return {name: self._kept(section) for name, section in sections.items()}

    def _kept(self, section):
        return {
            name: self._value(entry)
            for name, entry in section.items()
            if self._holds(entry.get("Condition"))
        }

    def _holds(self, condition):
        if condition is None:
            return True
        if isinstance(condition, str):
            return self._holds(self._document["Conditions"][condition])
        ((function, argument),) = condition.items()
        if function == "Condition":
            return self._holds(argument)
        if function == "Fn::Equals":
            return self._value(argument[0]) == self._value(argument[1])
        if function == "Fn::Not":
            return not self._holds(argument[0])
        if function == "Fn::And":
            return all(map(self._holds, argument))
        if function == "Fn::Or":
            return any(map(self._holds, argument))
        raise ValueError(f"condition {function}")

    def _value(self, node):
        if isinstance(node, list):
            values = [self._value(item) for item in node]
            return [value for value in values if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref":
                return self._reference(argument)
            if function == "Fn::If":
                return self._value(argument[1 if self._holds(argument[0]) else 2])
            if function == "Fn::GetAtt":
                return argument if isinstance(argument, str) else ".".join(argument)
            if function == "Fn::Sub":
                return self._substituted(argument)
            if function == "Fn::Split":
                return self._value(argument[1]).split(argument[0])
            if function == "Fn::Join":
                return argument[0].join(map(str, self._value(argument[1])))
        values = {name: self._value(value) for name, value in node.items()}
        return {name: value for name, value in values.items() if value is not NOTHING}

    def _reference(self, name):
        return NOTHING if name == "AWS::NoValue" else self._values.get(name, name)

    def _substituted(self, argument):
        text, more = argument if isinstance(argument, list) else (argument, {})
        more = {name: self._value(value) for name, value in more.items()}
        named = lambda found: str(more.get(found[1], self._values.get(found[1], found[1])))
        return re.sub(r"\$\{([^}!]+)\}", named, text)


if __name__ == "__main__":
    chosen = dict(pair.split("=", 1) for pair in sys.argv[2:])
    json.dump(expanded(sys.argv[1], chosen), sys.stdout, indent=1)
