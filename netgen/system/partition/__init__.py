"""Edges shared out among boards so that few nodes are cut."""

from netgen.system.partition.problem import Partition, PartitionProblem
from netgen.system.partition.solve import partition_edges

__all__ = ["Partition", "PartitionProblem", "partition_edges"]
