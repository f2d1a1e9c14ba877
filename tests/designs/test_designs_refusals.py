"""Every refusal of a design file: the whole message, as the user reads it."""

from collections.abc import Callable
from pathlib import Path

import pytest

import designs

IRIS = str(Path(designs.__file__).parent / "data" / "iris.csv")

# What the case is, what is changed in the small design, and the message.
CASES = [
    (
        "unknown_key_with_a_near_one",
        "supply_v = 5.0",
        "suply_v = 5.0",
        "my.toml, line 8: electronics.suply_v is not a known key (did you mean 'supply_v'?); "
        "known here: edge_cell, digipot, comparator, amplifier, driver, xor, latch, supply_v, "
        "comparator_supply_v, clock_hz, eta, nudge, average_ohm, led",
    ),
    (
        "unknown_table",
        "[electronics]",
        "[electronic]",
        "my.toml, line 7: electronic is not a known key (did you mean 'electronics'?); known "
        "here: schema, name, title, network, electronics, task, board, erc_waivers",
    ),
    (
        "unknown_key_in_a_task",
        "bound = { rms_v",
        "bond = { rms_v",
        "my.toml, line 15: task 'first': bond is not a known key (did you mean 'bound'?); known "
        "here: name, eta, kind, sources, targets, steps, last_steps, start, protocol, bound\n(and "
        "1 more problem in this file)",
    ),
    (
        "bound_of_another_kind",
        "bound = { rms_v = 0.05 }",
        "bound = { accuracy = 0.9 }",
        "my.toml, line 15: task 'first': bound.accuracy is not a known key; known here: rms_v\n"
        "(and 1 more problem in this file)",
    ),
    (
        "protocol_key_of_another_kind",
        "bound = { rms_v = 0.05 }",
        "bound = { rms_v = 0.05 }\nprotocol = { spread = 1.5 }",
        "my.toml, line 16: task 'first': protocol.spread is not a known key; known here: "
        "update_probability, annealing",
    ),
    (
        "text_for_a_number",
        "supply_v = 5.0",
        'supply_v = "5"',
        "my.toml, line 8: electronics.supply_v must be a number; given '5'",
    ),
    (
        "bool_for_a_number",
        "supply_v = 5.0",
        "supply_v = true",
        "my.toml, line 8: electronics.supply_v must be a number; given true",
    ),
    (
        "nan",
        "supply_v = 5.0",
        "supply_v = nan",
        "my.toml, line 8: electronics.supply_v must be a finite number; given nan",
    ),
    (
        "huge_integer",
        "supply_v = 5.0",
        "supply_v = 1" + "0" * 400,
        "my.toml, line 8: electronics.supply_v must be a number; given an integer of over 30 "
        "digits",
    ),
    (
        "number_for_a_bool",
        "supply_v = 5.0",
        "led = 1",
        "my.toml, line 8: electronics.led must be true or false; given 1",
    ),
    (
        "float_for_an_integer",
        "bound = { rms_v = 0.05 }",
        "bound = { rms_v = 0.05 }\nsteps = 10.0",
        "my.toml, line 16: task 'first': steps must be a whole number; given 10.0",
    ),
    (
        "below_a_bound",
        "supply_v = 5.0",
        "supply_v = 0.5",
        "my.toml, line 8: electronics.supply_v must be at least 1; given 0.5",
    ),
    (
        "eta_zero",
        "supply_v = 5.0",
        "eta = 0",
        "my.toml, line 8: electronics.eta must be above 0; given 0",
    ),
    (
        "unknown_choice",
        '"cables"',
        '"wires"',
        "my.toml, line 34: board.patching must be 'cables' or 'fixed'; given 'wires'",
    ),
    (
        "no_board",
        'patching = "cables"',
        "boards = 0",
        'my.toml, line 34: board.boards must be a whole number from 1 to 64, or "auto"; given 0',
    ),
    (
        "boards_in_words",
        'patching = "cables"',
        'boards = "two"',
        'my.toml, line 34: board.boards must be a whole number from 1 to 64, or "auto"; given '
        "'two'",
    ),
    (
        "true_boards",
        'patching = "cables"',
        "boards = true",
        'my.toml, line 34: board.boards must be a whole number from 1 to 64, or "auto"; given true',
    ),
    (
        "more_boards_than_edges",
        'patching = "cables"',
        "boards = 5",
        "my.toml, line 34: board.boards = 5, but the network has 4 edges and every board needs "
        "one; lower it to at most 4",
    ),
    (
        "on_board_with_one_board",
        'patching = "cables"',
        'on_board = { "edge/1-2" = 1 }',
        "my.toml, line 34: board.on_board belongs to several boards; set board.boards, or remove "
        "it",
    ),
    (
        "on_board_beyond_the_last",
        'patching = "cables"',
        'boards = 2\non_board = { "edge/1-2" = 3 }',
        "my.toml, line 35: board.on_board puts edge/1-2 on board 3; the boards are 1 to 2",
    ),
    (
        "on_board_of_no_cell",
        'patching = "cables"',
        'boards = "auto"\non_board = { "edge/1-22" = 2 }',
        "my.toml, line 35: board.on_board names 'edge/1-22', which is no edge and no node of the "
        "network (did you mean 'edge/1-2'?); write edge/1-2 or node/4",
    ),
    (
        "on_two_boards",
        'patching = "cables"',
        'boards = 2\non_board = { "edge/2-1" = 2, "node/1" = 1 }',
        "my.toml, line 35: board.on_board puts edge 1-2 on board 2 (by edge/2-1) and on board 1 "
        "(by node/1); keep one of the two",
    ),
    (
        "on_board_as_a_number",
        'patching = "cables"',
        "boards = 2\non_board = 2",
        'my.toml, line 35: board.on_board must be a table such as { "edge/4-7" = 2 }, from an '
        "edge or node to its board; given 2",
    ),
    (
        "number_for_a_part",
        "supply_v = 5.0",
        "digipot = 5222",
        "my.toml, line 8: electronics.digipot must be a text in quotes; given 5222",
    ),
    (
        "schema_of_the_future",
        "schema = 1",
        "schema = 2",
        "my.toml, line 1: schema must be 1; given 2",
    ),
    (
        "schema_missing",
        "schema = 1\n",
        "",
        "my.toml: schema is missing",
    ),
    (
        "bad_design_name",
        'name = "small"',
        'name = "../up"',
        "my.toml, line 2: name must be 1 to 64 letters, digits, '_' or '-' and start with a "
        "letter or digit, since files are named after it; given '../up'",
    ),
    (
        "kind_misspelt",
        '"allostery"',
        '"alostery"',
        "my.toml, line 10: task 'first': kind must be one of allostery, regression, "
        "classification; given 'alostery' (did you mean 'allostery'?)",
    ),
    (
        "kind_missing",
        'kind = "allostery"\n',
        "",
        "my.toml, line 10: task 'first': kind is missing; it is one of allostery, regression, "
        "classification",
    ),
    (
        "task_not_a_list",
        '[[task]]\nname = "first"',
        '[task]\nname = "first"',
        "my.toml: not valid TOML: Cannot overwrite a value (at line 17, column 7)",
    ),
    (
        "task_name_missing",
        'name = "first"\n',
        "",
        "my.toml, line 10: task number 1: name is missing",
    ),
    (
        "bound_missing",
        "bound = { rms_v = 0.05 }\n",
        "",
        "my.toml, line 10: task 'first': bound is missing",
    ),
    (
        "bad_task_name",
        '"first"',
        '"fi rst"',
        "my.toml, line 11: task 'fi rst': name must be 1 to 40 letters, digits, '_', '.', '+' or "
        "'-'; given 'fi rst'",
    ),
    (
        "two_tasks_of_one_name",
        '"sum"',
        '"first"',
        "my.toml, line 18: task 'first': two tasks have this name; rename one",
    ),
    (
        "edge_of_three",
        "[2, 3]",
        "[2, 3, 4]",
        "my.toml, line 5: network.edges, item 2 must be a pair of nodes such as [6, 3]; given [2,"
        " 3, 4]",
    ),
    (
        "edge_with_a_bool",
        "[2, 3]",
        "[2, true]",
        "my.toml, line 5: network.edges, item 2: a node name is an integer or a string; given "
        "true (bool)",
    ),
    (
        "edge_repeated",
        "[4, 1]",
        "[4, 1], [3, 2]",
        "my.toml, line 4: network: nodes 3 and 2 are joined twice (edges 2-3 and 3-2); at most "
        "one edge may join two nodes: remove one",
    ),
    (
        "self_loop",
        "[4, 1]",
        "[4, 1], [2, 2]",
        "my.toml, line 4: network: edge 2-2 is a self-loop: node 2 is joined to itself; remove it",
    ),
    (
        "separate_part",
        "[4, 1]",
        "[4, 1], [7, 8]",
        "my.toml, line 4: network: the network is in separate parts: nothing joins 7, 8 to node "
        "1; add an edge between them or remove one part",
    ),
    (
        "target_without_a_path",
        "[[1, 2], [2, 3], [3, 4], [4, 1]]",
        "[[1, 3], [2, 4]]",
        "my.toml, line 14: task 'first': target 2 has no path to any source (1, 3); join it to "
        "the network",
    ),
    (
        "names_that_collide",
        "[4, 1]",
        '[4, 1], [1, "a b"], ["a_b", 2]',
        "my.toml, line 5: network.edges: nodes 'a b' and 'a_b' would both be called 'a_b', since "
        "only letters, digits, '_', '.' and '+' are kept; rename one of them",
    ),
    (
        "name_too_long",
        "[4, 1]",
        '[4, 1], [1, "abcdefghijklmnopqrstuvwxyz"]',
        "my.toml, line 5: network.edges: node name 'abcdefghijklmnopqrstuvwxyz' is too long: at "
        "most 24 characters are allowed",
    ),
    (
        "name_without_a_character",
        "[4, 1]",
        '[4, 1], [1, "--"]',
        "my.toml, line 5: network.edges: node name '--' has no usable character: letters, digits,"
        " '_', '.' and '+' are",
    ),
    (
        "no_edges",
        "[[1, 2], [2, 3], [3, 4], [4, 1]]",
        "[]",
        "my.toml, line 5: network.edges must hold at least one edge, such as [6, 3]; given []",
    ),
    (
        "no_network",
        "edges = [[1, 2], [2, 3], [3, 4], [4, 1]]",
        "",
        "my.toml, line 4: network needs exactly one of edges, file and generator; given none",
    ),
    (
        "two_networks",
        "[network]",
        '[network]\ngenerator = "ring"',
        "my.toml, line 4: network needs exactly one of edges, file and generator; given edges, "
        "generator",
    ),
    (
        "seed_without_a_generator",
        "[network]",
        "[network]\nseed = 1",
        "my.toml, line 5: network.seed belongs to a generator; the network is given by edges: "
        "remove it",
    ),
    (
        "position_missing",
        "[electronics]",
        "[network.positions]\n1 = [0, 0]\n2 = [0, 1]\n3 = [1, 1]\n[electronics]",
        "my.toml, line 4: network: positions are given, but not for 4; give every node's or none",
    ),
    (
        "position_of_no_node",
        "[electronics]",
        "[network.positions]\n9 = [0, 0]\n[electronics]",
        "my.toml, line 4: network: a position is given for 9, which no edge mentions",
    ),
    (
        "position_of_one_number",
        "[electronics]",
        "[network.positions]\n1 = [0]\n[electronics]",
        "my.toml, line 8: network.positions.1, item 2 is missing",
    ),
    (
        "target_not_in_the_network",
        "targets = { 2 = 3.0 }",
        "targets = { 22 = 3.0 }",
        "my.toml, line 14: task 'first': targets name node 22, which is not in the network (did "
        "you mean '2'?); its nodes are 1, 2, 3, 4",
    ),
    (
        "source_and_target",
        "targets = { 2 = 3.0 }",
        "targets = { 1 = 3.0 }",
        "my.toml, line 14: task 'first': node 1 is both a source and a target; choose one",
    ),
    (
        "no_sources",
        "sources = { 1 = 5.0, 3 = 0.0 }",
        "sources = {}",
        "my.toml, line 13: task 'first': sources must name at least one node; given an empty table",
    ),
    (
        "sources_not_a_table",
        "sources = { 1 = 5.0, 3 = 0.0 }",
        "sources = [1, 3]",
        "my.toml, line 13: task 'first': sources must be a table such as { 3 = 4.0, 9 = 0.0 }, "
        "from node to value; given [1, 3]",
    ),
    (
        "source_above_the_supply",
        "sources = { 1 = 5.0,",
        "sources = { 1 = 5.5,",
        "my.toml, line 13: task 'first': source 1 = 5.5 V is outside of the supply, 0 to 5 V",
    ),
    (
        "negative_target",
        "targets = { 2 = 3.0 }",
        "targets = { 2 = -1.0 }",
        "my.toml, line 14: task 'first': target 2 = -1 V is outside of the supply, 0 to 5 V",
    ),
    (
        "word_for_a_desired_voltage",
        "targets = { 2 = 3.0 }",
        'targets = { 2 = "x1" }',
        "my.toml, line 14: task 'first': targets.2 must be a number; given 'x1'",
    ),
    (
        "eta_of_a_task_with_fixed_nudge",
        "bound = { rms_v = 0.05 }",
        "bound = { rms_v = 0.05 }\neta = 1.0",
        "my.toml, line 16: task 'first': eta = 1 differs from electronics.eta = 0.5, which "
        'resistors fix; set electronics.nudge = "adjustable" or use one eta',
    ),
    (
        "update_probability_zero",
        "bound = { rms_v = 0.05 }",
        "bound = { rms_v = 0.05 }\nprotocol = { update_probability = [0.5, 0] }",
        "my.toml, line 16: task 'first': protocol.update_probability must be one probability, or "
        "[first, last], each above 0 and at most 1; given [0.5, 0]",
    ),
    (
        "coefficient_of_no_input",
        "x1 = 0.2,",
        "x3 = 0.2,",
        "my.toml, line 22: task 'sum': target 4 names 'x3', which is not an input; the inputs are"
        " x1, x2",
    ),
    (
        "source_of_no_input",
        '1 = "x1"',
        '1 = "x3"',
        "my.toml, line 21: task 'sum': source 1 names 'x3', which is not an input; the inputs are"
        " x1, x2",
    ),
    (
        "input_that_drives_nothing",
        '2 = "x2"',
        "2 = 1.0",
        "my.toml, line 20: task 'sum': input 'x2' drives no source; use it or remove it",
    ),
    (
        "no_coefficient",
        "{ x1 = 0.2, x2 = 0.3 }",
        "{}",
        "my.toml, line 22: task 'sum': target 4 needs a coefficient, such as { x1 = 0.2 }",
    ),
    (
        "output_above_the_supply",
        "x1 = 0.2,",
        "x1 = 0.9,",
        "my.toml, line 22: task 'sum': target 4 would be 0 to 6 V over the inputs' range, outside"
        " of the supply, 0 to 5 V",
    ),
    (
        "range_above_the_supply",
        'inputs = ["x1", "x2"]',
        'inputs = ["x1", "x2"]\nrange_v = [0.0, 6.0]',
        "my.toml, line 21: task 'sum': range_v = [0, 6] is outside of the supply, 0 to 5 V",
    ),
    (
        "range_upside_down",
        'inputs = ["x1", "x2"]',
        'inputs = ["x1", "x2"]\nrange_v = [3.0, 2.0]',
        "my.toml, line 21: task 'sum': range_v must be [low, high] with low below high; given "
        "[3.0, 2.0]",
    ),
    (
        "input_twice",
        'inputs = ["x1", "x2"]',
        'inputs = ["x1", "x1"]',
        "my.toml, line 20: task 'sum': inputs must name each input once; given ['x1', 'x1']",
    ),
    (
        "trainings_zero",
        "bound = { accuracy = 0.9 }",
        "bound = { accuracy = 0.9 }\nprotocol = { trainings = 0 }",
        "my.toml, line 32: task 'flowers': protocol.trainings must be at least 1; given 0",
    ),
    (
        "target_twice",
        "targets = [3, 4]",
        "targets = [3, 3]",
        "my.toml, line 30: task 'flowers': targets names node 3 twice",
    ),
    (
        "unknown_data",
        '"iris"',
        '"irsi"',
        "my.toml, line 28: task 'flowers': no data set 'irsi': neither bundled (iris) nor a file "
        "at irsi; did you mean the bundled 'iris'?",
    ),
    (
        "unknown_feature",
        '"petal_length"',
        '"petal_lenght"',
        "my.toml, line 28: task 'flowers': IRIS: no feature 'petal_lenght' (did you mean "
        "'petal_length'?); the features are sepal_length, sepal_width, petal_length, petal_width",
    ),
    (
        "no_feature",
        '1 = "petal_length"',
        "1 = 1.0",
        "my.toml, line 28: task 'flowers': no source is a feature of the data; name one, such as "
        "'petal_length'",
    ),
    (
        "more_sources_than_ports",
        '"cables"',
        '"cables"\nsource_channels = 2',
        "my.toml, line 35: task 'sum' has 3 sources (1, 2, 3), more than the ports of "
        "board.source_channels = 2; raise it to at least 3",
    ),
    (
        "more_targets_than_ports",
        '"cables"',
        '"cables"\ntarget_channels = 1',
        "my.toml, line 35: task 'flowers' has 2 targets (3, 4), more than the ports of "
        "board.target_channels = 1; raise it to at least 2",
    ),
    (
        "roles_that_conflict_in_copper",
        '"cables"',
        '"fixed"',
        "my.toml, line 17: board.patching = \"fixed\", but node 2 is a target in task 'first' and a"
        " source in task 'sum'; set board.patching = \"cables\", or make one board per task",
    ),
    (
        "channels_in_copper",
        '"cables"',
        '"fixed"\nsource_channels = 4',
        'my.toml, line 35: board.source_channels belongs to patching = "cables"; with "fixed" '
        "there is one channel per node: remove it",
    ),
    (
        "pin_is_no_table",
        '"cables"',
        '"cables"\npin = 3',
        'my.toml, line 35: board.pin must be a table such as { "edge/4-7" = [40, 25] }, from a '
        "cell to [x, y] in mm; given 3",
    ),
    (
        "pin_without_y",
        '"cables"',
        '"cables"\npin = { "edge/1-2" = [40] }',
        "my.toml, line 35: board.pin.edge/1-2, item 2 is missing",
    ),
    (
        "pin_that_is_no_number",
        '"cables"',
        '"cables"\npin = { "edge/1-2" = [40, nan] }',
        "my.toml, line 35: board.pin.edge/1-2, item 2 must be a finite number; given nan",
    ),
    (
        "waiver_without_a_reason",
        "[board]",
        '[[erc_waivers]]\nrule = "x"\nwhere = "y"\nreason = "no"\n[board]',
        "my.toml, line 36: erc_waivers, item 1.reason must have at least 10 character(s); given "
        "'no'",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_refusal_says_where_what_and_what_to_do(
    refusal: Callable[..., str], old: str, new: str, expected: str
) -> None:
    assert refusal(old, new).replace(IRIS, "IRIS") == expected
