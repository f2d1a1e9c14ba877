"""The question that both sides of twinboard read: a network, its tasks and its electronics."""

from designs.errors import DesignError
from designs.load import load_design
from designs.network import DesignGraph, edge_name
from designs.roles import Channels, Patch, channels, role_nodes, task_patches
from designs.schema import Design
from designs.tasks import AllosteryTask, ClassificationTask, RegressionTask, Task

__all__ = [
    "AllosteryTask",
    "Channels",
    "ClassificationTask",
    "Design",
    "DesignError",
    "DesignGraph",
    "Patch",
    "RegressionTask",
    "Task",
    "channels",
    "edge_name",
    "load_design",
    "role_nodes",
    "task_patches",
]
