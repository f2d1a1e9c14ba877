"""What must hold between the tables of a design: tasks, network, electronics, board and data."""

from collections.abc import Mapping, Sequence

from designs.datasets import Dataset, dataset_path, read_dataset
from designs.errors import DesignError
from designs.network import UncheckedGraph
from designs.places import Place
from designs.schema import Design
from designs.several import check_boards
from designs.tasks import AllosteryTask, ClassificationTask, RegressionTask, Task
from designs.words import listed, shown, suggestion


def check_paths(graph: UncheckedGraph, tasks: Sequence[Task], place: Place) -> None:
    """Refuses a task whose node is not in the network, or whose target no source can reach.

    Raises:
        DesignError: naming the task and the node.
    """
    parts = graph.parts()
    for i, task in enumerate(tasks):
        for key, nodes in (("sources", task.sources), ("targets", task.target_nodes)):
            for node in nodes:
                if node not in parts:
                    raise place.refusal(
                        f"task {task.name!r}: {key} name node {node}, which is not in the network"
                        f"{suggestion(node, graph.nodes)}; its nodes are {listed(graph.nodes, 20)}",
                        *("task", i, key, node),
                    )
        reached = {parts[source] for source in task.sources}
        for node in task.target_nodes:
            if parts[node] not in reached:
                raise place.refusal(
                    f"task {task.name!r}: target {node} has no path to any source "
                    f"({listed(task.sources)}); join it to the network",
                    *("task", i, "targets", node),
                )


def read_datasets(tasks: Sequence[Task], place: Place) -> Mapping[str, Dataset]:
    """The data of each classification task, by the task's name.

    A plain dict behind its Mapping: a Design is pickled for the workers of a campaign.

    Raises:
        DesignError: naming the task, the file and what is wrong in it.
    """
    found: dict[str, Dataset] = {}
    for i, task in enumerate(tasks):
        if isinstance(task, ClassificationTask):
            try:
                found[task.name] = _dataset(task, place)
            except DesignError as error:
                raise place.refusal(f"task {task.name!r}: {error}", "task", i, "data") from None
    return found


def _dataset(task: ClassificationTask, place: Place) -> Dataset:
    features = [value for value in task.sources.values() if isinstance(value, str)]
    if not features:
        raise DesignError("no source is a feature of the data; name one, such as 'petal_length'")
    path = dataset_path(task.data, place.path.parent)
    dataset = read_dataset(path, features, task.label)
    for index, name in enumerate(dataset.classes):
        count = len(dataset.of_class(index))
        if count <= task.train_per_class:
            raise DesignError(
                f"class {name!r} of {path} has {count} sample(s); train_per_class = "
                f"{task.train_per_class} leaves none to test"
            )
    return dataset


def check_design(design: Design, place: Place) -> None:
    """Refuses tasks that the network, the rails or the board cannot serve.

    Raises:
        DesignError: naming the task, the node and what to change.
    """
    for i, task in enumerate(design.tasks):
        for key, problem in _task_problems(design, i, task):
            raise place.refusal(f"task {task.name!r}: {problem}", "task", i, *key)
    if design.board.patching == "fixed":
        _check_copper(design, place)
    else:
        _check_ports(design, place)
    check_boards(design, place)


_Problem = tuple[tuple[str, ...], str]


def _task_problems(design: Design, index: int, task: Task) -> list[_Problem]:
    """(key path inside of the task, sentence), the first of which is reported."""
    problems: list[_Problem] = []
    if task.name in [other.name for other in design.tasks[:index]]:
        problems.append((("name",), "two tasks have this name; rename one"))
    both = [node for node in task.target_nodes if node in task.sources]
    if both:
        problems.append(
            (("targets", both[0]), f"node {both[0]} is both a source and a target; choose one")
        )
    if design.eta(task) != design.electronics.eta and design.electronics.nudge == "fixed":
        problems.append(
            (
                ("eta",),
                f"eta = {task.eta:g} differs from electronics.eta = {design.electronics.eta:g}, "
                'which resistors fix; set electronics.nudge = "adjustable" or use one eta',
            )
        )
    problems += _voltage_problems(design.electronics.supply_v, task)
    if not isinstance(task, AllosteryTask):
        problems += _range_problems(design, task)
    if isinstance(task, RegressionTask):
        problems += _regression_problems(design, task)
    return problems


def _voltage_problems(supply_v: float, task: Task) -> list[_Problem]:
    volts: list[tuple[str, str, float]] = [
        ("source", node, value) for node, value in task.sources.items() if isinstance(value, float)
    ]
    if isinstance(task, AllosteryTask):
        volts += [("target", node, value) for node, value in task.targets.items()]
    return [
        (
            (f"{role}s", node),
            f"{role} {node} = {value:g} V is outside of the supply, 0 to {supply_v:g} V",
        )
        for role, node, value in volts
        if not 0 <= value <= supply_v
    ]


def _range_problems(design: Design, task: RegressionTask | ClassificationTask) -> list[_Problem]:
    low, high = design.range_v(task)
    supply_v = design.electronics.supply_v
    if low >= 0 and high <= supply_v:
        return []
    return [
        (
            ("range_v",),
            f"range_v = [{low:g}, {high:g}] is outside of the supply, 0 to {supply_v:g} V",
        )
    ]


def _regression_problems(design: Design, task: RegressionTask) -> list[_Problem]:
    problems: list[_Problem] = []
    for node, value in task.sources.items():
        if isinstance(value, str) and value not in task.inputs:
            problems.append((("sources", node), _unknown_input(f"source {node}", value, task)))
    idle = [name for name in task.inputs if name not in task.sources.values()]
    if idle:
        problems.append((("inputs",), f"input {idle[0]!r} drives no source; use it or remove it"))
    for node, coefficients in task.targets.items():
        if not coefficients:
            problems.append(
                (("targets", node), f"target {node} needs a coefficient, such as {{ x1 = 0.2 }}")
            )
        problems += [
            (("targets", node), _unknown_input(f"target {node}", name, task))
            for name in coefficients
            if name not in task.inputs
        ]
        problems += _span_problems(design, task, node)
    return problems


def _unknown_input(who: str, given: str, task: RegressionTask) -> str:
    return (
        f"{who} names {shown(given)}, which is not an input{suggestion(given, task.inputs)}; "
        f"the inputs are {listed(task.inputs)}"
    )


def _span_problems(design: Design, task: RegressionTask, node: str) -> list[_Problem]:
    """The desired voltage at the corners of the inputs' range must be one that a rail can give."""
    low, high = design.range_v(task)
    ends = [(k * low, k * high) for k in task.targets[node].values()]
    least = sum(min(pair) for pair in ends)
    most = sum(max(pair) for pair in ends)
    supply_v = design.electronics.supply_v
    if least >= -1e-9 and most <= supply_v + 1e-9:
        return []
    return [
        (
            ("targets", node),
            f"target {node} would be {least:g} to {most:g} V over the inputs' range, outside of "
            f"the supply, 0 to {supply_v:g} V",
        )
    ]


def _check_copper(design: Design, place: Place) -> None:
    """Copper joins channels and nodes for every task alike, so all tasks use the same nodes."""
    for key in ("source_channels", "target_channels"):
        if getattr(design.board, key) is not None:
            raise place.refusal(
                f'board.{key} belongs to patching = "cables"; with "fixed" there is one '
                "channel per node: remove it",
                *("board", key),
            )
    first = design.tasks[0]
    for i, task in enumerate(design.tasks[1:], start=1):
        problem = _clash(first, task) or _odd_node(design, first, task)
        if problem:
            raise place.refusal(
                f'board.patching = "fixed", but {problem}; '
                'set board.patching = "cables", or make one board per task',
                *("task", i),
            )


def _clash(first: Task, task: Task) -> str | None:
    """A node that changes its role between two tasks."""
    for role, other, nodes, others in (
        ("source", "target", first.sources, task.target_nodes),
        ("target", "source", first.target_nodes, task.sources),
    ):
        for node in nodes:
            if node in others:
                return (
                    f"node {node} is a {role} in task {first.name!r} and a {other} in task "
                    f"{task.name!r}"
                )
    return None


def _odd_node(design: Design, first: Task, task: Task) -> str | None:
    """A node that has a role in one of two tasks only; the copper would drive it in both."""
    for role, nodes, others in (
        ("source", set(first.sources), set(task.sources)),
        ("target", set(first.target_nodes), set(task.target_nodes)),
    ):
        for node in design.graph.nodes:
            if node in nodes ^ others:
                has, lacks = (first, task) if node in nodes else (task, first)
                return (
                    f"node {node} is a {role} in task {has.name!r} and not in task "
                    f"{lacks.name!r}, where the copper would still drive it"
                )
    return None


def _check_ports(design: Design, place: Place) -> None:
    for role, key in (("source", "source_channels"), ("target", "target_channels")):
        ports = design.board.source_channels if role == "source" else design.board.target_channels
        if ports is None:
            continue
        for task in design.tasks:
            nodes = tuple(task.sources) if role == "source" else task.target_nodes
            if len(nodes) > ports:
                raise place.refusal(
                    f"task {task.name!r} has {len(nodes)} {role}s ({listed(nodes)}), more than the "
                    f"ports of board.{key} = {ports}; raise it to at least {len(nodes)}",
                    *("board", key),
                )
