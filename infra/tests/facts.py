"""What the operators know of their resources, as data."""

import json
import pathlib

FACTS = json.loads((pathlib.Path(__file__).parent / "expected.json").read_text())
ENVIRONMENTS = tuple(FACTS["environments"])


def function_names(environment):
    """Full name → facts of each function of an environment."""
    suffix = FACTS["environments"][environment]["functionSuffix"]
    return {name + suffix: facts for name, facts in FACTS["functions"].items()}


def table_names(environment):
    """Full name → facts of each table of an environment."""
    prefix = FACTS["environments"][environment]["tablePrefix"]
    return {prefix + name: facts for name, facts in FACTS["tables"].items()}
